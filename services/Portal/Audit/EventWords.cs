namespace Tremplin.Portal.Audit;

/// <summary>What each stored event is called on a page: a few words, by its stored name.</summary>
public static class EventWords
{
    private static readonly Dictionary<string, (string English, string French)> Words = new(StringComparer.Ordinal)
    {
        ["learner.erased.v1"] = ("Learner erased", "Apprenant effacé"),
        ["learner.read.v1"] = ("Personal data read", "Données personnelles lues"),
        ["learner.registered.v1"] = ("Learner registered", "Apprenant enregistré"),
        ["offering.cohort-announced.v1"] = ("Cohort announced", "Promotion annoncée"),
        ["offering.cohort-ended.v1"] = ("Cohort no longer offered", "Promotion plus proposée"),
        ["organisation.changed.v1"] = ("Organisation changed", "Structure modifiée"),
        ["organisation.registered.v1"] = ("Organisation registered", "Structure enregistrée"),
        ["training-record.application-submitted.v1"] = ("Application received", "Candidature reçue"),
        ["training-record.attendance-corrected.v1"] = ("Attendance put right", "Présence rectifiée"),
        ["training-record.attendance-recorded.v1"] = ("Attendance noted", "Présence notée au dossier"),
        ["training-record.completed.v1"] = ("Training completed", "Formation validée"),
        ["training-record.eligibility-decided.v1"] = ("Eligibility decided", "Éligibilité décidée"),
        ["training-record.learner-withdrew.v1"] = ("Learner withdrew", "Désistement"),
        ["training-record.not-completed.v1"] = ("Training not completed", "Formation non validée"),
        ["training-record.offer-accepted.v1"] = ("Learner says yes", "L’apprenant dit oui"),
        ["training-record.offer-declined.v1"] = ("Learner says no", "L’apprenant dit non"),
        ["training-record.offer-expired.v1"] = ("No answer in time", "Pas de réponse à temps"),
        ["training-record.placed-on-waitlist.v1"] = ("On the waitlist", "En liste d’attente"),
        ["training-record.seat-confirmed.v1"] = ("Seat confirmed", "Place confirmée"),
        ["training-record.seat-offered.v1"] = ("Seat offered to learner", "Place proposée"),
        ["training-record.seat-refused.v1"] = ("Request not granted", "Demande non satisfaite"),
        ["training-record.seat-requested.v1"] = ("Seat requested", "Place demandée"),
        ["cohort.assessment-recorded.v1"] = ("Mark recorded", "Note enregistrée"),
        ["cohort.closed.v1"] = ("Cohort closed", "Promotion close"),
        ["cohort.offer-accepted.v1"] = ("Offer becomes a seat", "Proposition devenue place"),
        ["cohort.offer-declined.v1"] = ("Seat declined, so free", "Place refusée, donc libre"),
        ["cohort.offer-expired.v1"] = ("Offer lapsed, seat free", "Délai passé, place libre"),
        ["cohort.opened.v1"] = ("Cohort opened", "Promotion ouverte"),
        ["cohort.planned.v1"] = ("Cohort planned", "Promotion planifiée"),
        ["cohort.request-waitlisted.v1"] = ("Full: the request waits", "Complet, la demande attend"),
        ["cohort.request-withdrawn.v1"] = ("Request withdrawn", "Demande retirée"),
        ["cohort.seat-assigned.v1"] = ("Seat assigned", "Place attribuée"),
        ["cohort.seat-offered.v1"] = ("Freed seat offered", "Place libérée proposée"),
        ["cohort.seat-request-refused.v1"] = ("Request refused", "Demande refusée"),
        ["cohort.training-finished.v1"] = ("Training over", "Formation terminée"),
        ["programme.published.v1"] = ("Programme published", "Programme publié"),
        ["session.attendance-corrected.v1"] = ("Sealed mark corrected", "Émargement rectifié"),
        ["session.attendance-correction-proposed.v1"] = ("Correction proposed", "Rectification proposée"),
        ["session.attendance-sealed.v1"] = ("Attendance sealed", "Présence arrêtée"),
        ["session.learner-signed.v1"] = ("Learner signed", "Émargement"),
        ["session.marked-by-trainer.v1"] = ("Marked by the trainer", "Pointé par le formateur"),
        ["session.planned.v1"] = ("Half-day planned", "Demi-journée planifiée"),
        ["session.sealed.v1"] = ("Half-day sealed", "Demi-journée close"),
        ["session.signing-opened.v1"] = ("Signing opened", "Émargement ouvert"),
        ["session.trainer-countersigned.v1"] = ("Trainer countersigned", "Contreseing du formateur"),
        ["certificate.issued.v1"] = ("Certificate issued", "Certificat délivré"),
        ["completion-file.certificate-outdated.v1"] = ("Certificate out of date", "Certificat à mettre à jour"),
        ["completion-file.certificate-review-required.v1"] = ("Certificate to review", "Certificat à réexaminer"),
        ["completion-file.completion-decided.v1"] = ("Completion decided", "Validation décidée"),
        ["completion-file.completion-review-required.v1"] = ("Refusal to review", "Refus à réexaminer"),
        ["completion-file.half-day-recorded.v1"] = ("Half-day put on file", "Demi-journée versée"),
        ["completion-file.holder-named.v1"] = ("Seat holder put on file", "Titulaire versé au dossier"),
        ["completion-file.training-ended.v1"] = ("End put on file", "Fin de formation versée"),
    };

    /// <summary>The stored names that have words.</summary>
    public static IReadOnlyCollection<string> Known => Words.Keys;

    /// <summary>The words for a stored name; the name itself where a newer service stores what this page does not know.</summary>
    public static (string English, string French) Of(string type) => Words.TryGetValue(type, out var words) ? words : (type, type);
}
