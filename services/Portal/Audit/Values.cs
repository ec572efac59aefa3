using System.Globalization;
using System.Text.Json;
using NodaTime.Text;
using Tremplin.Portal.Language;

namespace Tremplin.Portal.Audit;

/// <summary>What the fields and values of states and events are called on a page.</summary>
public static class Values
{
    private static readonly Dictionary<string, (string English, string French)> FieldWords = new(StringComparer.Ordinal)
    {
        ["id"] = ("Id", "Identifiant"),
        ["version"] = ("Version", "Version"),
        ["status"] = ("Where it stands", "Situation"),
        ["application"] = ("Application", "Candidature"),
        ["seat"] = ("Seat", "Place"),
        ["attended"] = ("Minutes attended, by half-day", "Minutes suivies, par demi-journée"),
        ["certificateId"] = ("Certificate", "Certificat"),
        ["reasons"] = ("Reasons", "Motifs"),
        ["takesSeat"] = ("Takes a seat, or may soon", "Occupe ou peut occuper une place"),
        ["learnerId"] = ("Learner", "Apprenant"),
        ["sealedName"] = ("Name", "Nom"),
        ["programme"] = ("Programme", "Programme"),
        ["cycle"] = ("Cycle", "Cycle"),
        ["partner"] = ("Partner", "Partenaire"),
        ["ref"] = ("Reference", "Référence"),
        ["organisationRef"] = ("Organisation", "Structure"),
        ["territory"] = ("Territory", "Territoire"),
        ["role"] = ("Role there", "Rôle dans la structure"),
        ["appliedOn"] = ("Applied on", "Candidature du"),
        ["cohortId"] = ("Cohort", "Promotion"),
        ["place"] = ("Place", "Rang ou lieu"),
        ["offerEnds"] = ("Offer ends", "Fin de la proposition"),
        ["accepted"] = ("Accepted", "Acceptée"),
        ["confirmed"] = ("Confirmed", "Confirmée"),
        ["ruleVersion"] = ("Version of the rule", "Version de la règle"),
        ["facts"] = ("Facts", "Faits retenus"),
        ["legalForm"] = ("Legal form", "Forme juridique"),
        ["eligible"] = ("Eligible", "Éligible"),
        ["considered"] = ("Cohorts considered", "Promotions examinées"),
        ["why"] = ("Why", "Pourquoi"),
        ["reason"] = ("Reason", "Motif"),
        ["deadline"] = ("Until", "Jusqu’au"),
        ["sessionId"] = ("Half-day", "Demi-journée"),
        ["deliveredMinutes"] = ("Minutes delivered", "Minutes réalisées"),
        ["attendedMinutes"] = ("Minutes attended", "Minutes suivies"),
        ["person"] = ("Person", "Personne"),
        ["firstName"] = ("First name", "Prénom"),
        ["lastName"] = ("Last name", "Nom"),
        ["email"] = ("E-mail address", "Adresse électronique"),
        ["birthDate"] = ("Birth date", "Date de naissance"),
        ["cohort"] = ("Cohort", "Promotion"),
        ["programmeVersion"] = ("Version of the programme", "Version du programme"),
        ["territories"] = ("Territories", "Territoires"),
        ["capacity"] = ("Seats", "Places"),
        ["startsAt"] = ("Starts", "Début"),
        ["endsAt"] = ("Ends", "Fin"),
        ["open"] = ("Takes requests", "Accepte des demandes"),
        ["organisation"] = ("Organisation", "Structure"),
        ["details"] = ("Details", "Détails"),
        ["name"] = ("Name", "Nom"),
        ["address"] = ("Address", "Adresse"),
        ["postcode"] = ("Postcode", "Code postal"),
        ["commune"] = ("Commune", "Commune"),
        ["zone"] = ("Time zone", "Fuseau horaire"),
        ["programmeRef"] = ("Programme", "Programme"),
        ["entries"] = ("Seat ledger, by record", "Registre des places, par dossier"),
        ["recordId"] = ("Training record", "Dossier de formation"),
        ["recordVersion"] = ("Version of the record", "Version du dossier"),
        ["standing"] = ("Standing", "Situation"),
        ["mark"] = ("Mark out of 20", "Note sur 20"),
        ["nextDeadline"] = ("Next deadline", "Prochaine échéance"),
        ["seatIdle"] = ("A seat is free and somebody waits", "Place libre et file d’attente"),
        ["passedOver"] = ("Passed over", "Écartés"),
        ["was"] = ("Was", "Était"),
        ["sessionIds"] = ("Half-days", "Demi-journées"),
        ["startedOn"] = ("Started on", "Débutée le"),
        ["endedOn"] = ("Ended on", "Terminée le"),
        ["versions"] = ("Versions", "Versions"),
        ["title"] = ("Title", "Intitulé"),
        ["objectives"] = ("Objectives", "Objectifs"),
        ["competences"] = ("Competences", "Compétences"),
        ["halfDays"] = ("Half-days", "Demi-journées"),
        ["minAttendedShare"] = ("Share to attend", "Part à suivre"),
        ["minAssessmentMark"] = ("Mark to reach", "Note à atteindre"),
        ["minSize"] = ("Fewest learners", "Effectif minimal"),
        ["maxSize"] = ("Most learners", "Effectif maximal"),
        ["validityMonths"] = ("Months of validity", "Mois de validité"),
        ["number"] = ("Number", "Numéro"),
        ["localStart"] = ("Starts, by the clock there", "Début, heure locale"),
        ["localEnd"] = ("Ends, by the clock there", "Fin, heure locale"),
        ["trainer"] = ("Trainer", "Formateur"),
        ["room"] = ("Room", "Salle"),
        ["sharesWith"] = ("Shares trainer or room with", "Partage formateur ou salle avec"),
        ["roster"] = ("Roster, by record", "Liste des inscrits, par dossier"),
        ["signedAt"] = ("Signed at", "Émargé à"),
        ["at"] = ("At", "À"),
        ["late"] = ("Late", "En retard"),
        ["countersignedBy"] = ("Countersigned by", "Contresigné par"),
        ["countersignedAt"] = ("Countersigned at", "Contresigné à"),
        ["sequence"] = ("Times moved", "Modifications"),
        ["endedAt"] = ("Really ended", "Fin réelle"),
        ["sealedAt"] = ("Sealed at", "Clos à"),
        ["byTrainer"] = ("Marked by the trainer", "Pointé par le formateur"),
        ["connected"] = ("Connected from elsewhere", "Connecté à distance"),
        ["connections"] = ("Connections", "Connexions"),
        ["minShare"] = ("Share to be connected", "Part de connexion requise"),
        ["minConnectedShare"] = ("Share to be connected", "Part de connexion requise"),
        ["counts"] = ("What counts", "Ce qui compte"),
        ["delivered"] = ("Minutes delivered", "Minutes réalisées"),
        ["corrections"] = ("Corrections", "Rectifications"),
        ["corrected"] = ("Corrected", "Rectifié"),
        ["proposed"] = ("Proposed", "Proposé"),
        ["minutes"] = ("Minutes", "Minutes"),
        ["kind"] = ("Kind", "Nature"),
        ["reference"] = ("Reference", "Référence"),
        ["document"] = ("Document", "Justificatif"),
        ["old"] = ("Before", "Avant"),
        ["new"] = ("Now", "Désormais"),
        ["by"] = ("By", "Par"),
        ["approvedBy"] = ("Agreed by", "Approuvé par"),
        ["since"] = ("Since the decision", "Depuis la décision"),
        ["evidence"] = ("Evidence", "Preuve de présence"),
        ["claims"] = ("Claims", "Contenu du certificat"),
        ["issuedOn"] = ("Issued on", "Délivré le"),
        ["validUntil"] = ("Valid until", "Valable jusqu’au"),
        ["issuer"] = ("Issuer", "Délivré par"),
        ["holder"] = ("Seat holder", "Titulaire de la place"),
        ["ends"] = ("Ends, by cohort", "Fins de formation, par promotion"),
        ["decided"] = ("Decision", "Décision"),
        ["verdict"] = ("Verdict", "Conclusion"),
        ["erased"] = ("Erased", "Effacé"),
        ["purpose"] = ("Purpose", "But"),
        ["hasStarted"] = ("Has begun", "A commencé"),
        ["minimumDueAt"] = ("Minimum size decided at", "Effectif minimal décidé le"),
        ["priority"] = ("Class that comes before others", "Catégorie prioritaire"),
        ["class"] = ("Class", "Catégorie"),
        ["source"] = ("Rests on", "Repose sur"),
        ["rank"] = ("Rank", "Rang"),
        ["seats"] = ("Seats", "Places"),
        ["passes"] = ("Passed over", "Fois écarté"),
        ["disposition"] = ("What became of it", "Suite donnée"),
        ["reservationId"] = ("Reservation", "Réservation"),
        ["nameBy"] = ("Learners to be named by", "Apprenants à nommer avant le"),
        ["from"] = ("From", "De"),
        ["to"] = ("To", "À"),
        ["result"] = ("Result", "Résultat"),
        ["expected"] = ("Expected", "Attendus"),
        ["minimum"] = ("Needed", "Nécessaires"),
        ["until"] = ("Until", "Jusqu’au"),
        ["interrupted"] = ("After it began", "Après le début"),
        ["transfer"] = ("Change of cohort", "Changement de promotion"),
        ["requestVersion"] = ("Version of the request", "Version de la demande"),
        ["agreementRequired"] = ("Agreement asked for", "Convention exigée"),
        ["queue"] = ("Or a place in the queue", "Ou une place en attente"),
        ["agreementSignedAt"] = ("Agreement signed at", "Convention signée le"),
        ["referredBy"] = ("Sent by", "Orienté par"),
        ["earlierSessionIds"] = ("Half-days done before", "Demi-journées déjà suivies"),
        ["nextCohortId"] = ("Next cohort", "Promotion suivante"),
        ["cohortVersion"] = ("Version of the cohort", "Version de la promotion"),
        ["held"] = ("Held application", "Candidature retenue"),
        ["keyId"] = ("Key", "Clé"),
        ["candidates"] = ("Learners whom it may be", "Apprenants possibles"),
        ["code"] = ("Code", "Code"),
        ["restricted"] = ("Erasure waits", "Effacement différé"),
        ["asked"] = ("Erasure asked for", "Effacement demandé"),
        ["hold"] = ("Legal hold", "Conservation légale"),
        ["funder"] = ("Funder", "Financeur"),
        ["mergedInto"] = ("Is the learner", "Est l’apprenant"),
        ["into"] = ("Is the learner", "Est l’apprenant"),
        ["aliases"] = ("Other ids", "Autres identifiants"),
        ["alias"] = ("Other id", "Autre identifiant"),
        ["ground"] = ("Ground", "Fondement"),
        ["duplicateOf"] = ("Duplicate of", "Doublon de"),
        ["duplicateId"] = ("Duplicate", "Doublon"),
        ["duplicates"] = ("Duplicates, minutes by record", "Doublons, minutes par dossier"),
        ["givenAt"] = ("Given at the cohort’s version", "Attribuée à la version"),
        ["closed"] = ("Closed as a duplicate", "Clos comme doublon"),
        ["sessionVersion"] = ("Version of the half-day", "Version de la demi-journée"),
        ["causeId"] = ("Event that led to it", "Événement d’origine"),
        ["attempt"] = ("Attempt", "Tentative"),
        ["attempts"] = ("Attempts", "Tentatives"),
        ["tries"] = ("Attempts since it was asked", "Tentatives depuis la demande"),
        ["nextLook"] = ("Looked at next", "Prochain examen"),
        ["answer"] = ("What the relay said", "Réponse du relais"),
        ["retryAt"] = ("Tried again", "Nouvelle tentative"),
        ["halfDay"] = ("Half-day", "Demi-journée"),
        ["oldStartsAt"] = ("Start before", "Début prévu avant"),
    };

    private static readonly Dictionary<string, (string English, string French)> ValueWords = new(StringComparer.Ordinal)
    {
        ["Unknown"] = ("not there yet", "n’existe pas encore"),
        ["Submitted"] = ("submitted", "déposée"),
        ["Ineligible"] = ("not eligible", "non éligible"),
        ["Approved"] = ("eligible, without a cohort", "éligible, sans promotion"),
        ["AwaitingSeat"] = ("asks for a seat", "demande une place"),
        ["Waitlisted"] = ("on the waitlist", "en liste d’attente"),
        ["SeatOffered"] = ("a seat is offered", "place proposée"),
        ["Confirmed"] = ("holds a seat", "place confirmée"),
        ["InProgress"] = ("in training", "en formation"),
        ["Completed"] = ("completed", "formation validée"),
        ["NotCompleted"] = ("not completed", "formation non validée"),
        ["Withdrawn"] = ("withdrawn", "désistement"),
        ["Learner"] = ("the learner’s wish", "souhait de l’apprenant"),
        ["Organisation"] = ("the organisation’s wish", "souhait de la structure"),
        ["Dates"] = ("the dates", "les dates"),
        ["Other"] = ("another", "autre"),
        ["NoShow"] = ("did not appear", "absent dès le début"),
        ["Duplicate"] = ("closed as a duplicate", "clos comme doublon"),
        ["LearnerSaidSo"] = ("the learner said so", "l’apprenant l’a dit"),
        ["OrganisationSaidSo"] = ("the organisation said so", "la structure l’a dit"),
        ["DocumentSeen"] = ("a document was seen", "pièce d’identité vue"),
        ["Displaced"] = ("lost the place with its cohort", "promotion annulée"),
        ["Referred"] = ("sent by a support scheme", "orienté par un dispositif"),
        ["Territory"] = ("of the cohort’s territory", "du territoire de la promotion"),
        ["Moved"] = ("asks another cohort", "demande une autre promotion"),
        ["Waits"] = ("waits for another cohort", "attend une autre promotion"),
        ["Tentative"] = ("open, too few so far", "ouverte, effectif insuffisant"),
        ["Running"] = ("has begun", "commencée"),
        ["Cancelled"] = ("cancelled", "annulée"),
        ["Reserved"] = ("seats held for an organisation", "places réservées"),
        ["NotNamed"] = ("nobody was named in time", "personne n’a été nommé à temps"),
        ["GivenBack"] = ("given back", "rendues"),
        ["CohortOver"] = ("the cohort is over", "promotion terminée"),
        ["CohortCancelled"] = ("the cohort was cancelled", "promotion annulée"),
        ["Confirm"] = ("will be held", "aura lieu"),
        ["Extend"] = ("decided again later", "décision reportée"),
        ["TooFew"] = ("too few", "trop peu d’inscrits"),
        ["Trainer"] = ("no trainer", "pas de formateur"),
        ["Room"] = ("no room", "pas de salle"),
        ["Funder"] = ("the funder", "le financeur"),
        ["RoomForOneMore"] = ("room for one more", "une place de plus possible"),
        ["Draft"] = ("planned", "planifiée"),
        ["Open"] = ("open", "ouverte"),
        ["Closed"] = ("closed", "close"),
        ["None"] = ("not in the ledger", "absent du registre"),
        ["Waiting"] = ("waits", "attend"),
        ["Offered"] = ("has an offer", "a une proposition"),
        ["Seated"] = ("holds a seat", "a une place"),
        ["Left"] = ("left", "parti"),
        ["Refused"] = ("refused", "refusé"),
        ["Planned"] = ("planned", "planifiée"),
        ["SigningOpen"] = ("open for signing", "émargement ouvert"),
        ["Sealed"] = ("sealed", "close"),
        ["NotEvidenced"] = ("not evidenced", "non attestée"),
        ["SignedByLearner"] = ("signed by the learner", "émargée par l’apprenant"),
        ["TrainerAway"] = ("nobody can hold it", "formateur absent"),
        ["PlaceUnavailable"] = ("the place cannot be used", "lieu indisponible"),
        ["TooFewLearners"] = ("too few learners", "trop peu d’apprenants"),
        ["MarkedByTrainer"] = ("marked by the trainer", "pointée par le formateur"),
        ["HeldTogether"] = ("held together", "tenues ensemble"),
        ["EnoughForBoth"] = ("enough for both", "suffit pour les deux"),
        ["ConnectedRemotely"] = ("connected from elsewhere", "suivie à distance"),
        ["VideoConference"] = ("a video conference", "une visioconférence"),
        ["LearningPlatform"] = ("a learning platform", "une plateforme de formation"),
        ["NoDevice"] = ("nothing to sign with", "aucun moyen de signer"),
        ["UnableToSign"] = ("not able to sign", "dans l’incapacité de signer"),
        ["TechnicalFault"] = ("a technical fault", "incident technique"),
        ["SignatureForgotten"] = ("the signature was forgotten", "signature oubliée"),
        ["SignedByMistake"] = ("signed by mistake", "signature par erreur"),
        ["ArrivedLate"] = ("came late", "arrivée tardive"),
        ["LeftEarly"] = ("left early", "départ anticipé"),
        ["PaperSheet"] = ("an attendance sheet on paper", "feuille d’émargement papier"),
        ["Statement"] = ("a signed statement", "attestation signée"),
        ["ConnectionLog"] = ("a connection log", "relevé de connexion"),
        ["OnRequest"] = ("at the learner’s request", "à la demande de l’apprenant"),
        ["RetentionEnded"] = ("the time to keep it is over", "durée de conservation échue"),
        ["Mistake"] = ("registered by mistake", "enregistré par erreur"),
        ["Application"] = ("about an application or a seat", "pour une candidature ou une place"),
        ["Training"] = ("about the training", "pour la formation"),
        ["Certificate"] = ("about a certificate", "pour un certificat"),
        ["RightOfAccess"] = ("the learner asked what is kept", "droit d’accès de l’apprenant"),
        ["Audit"] = ("an audit", "un audit"),
        ["Met"] = ("criteria met", "critères remplis"),
        ["NotMet"] = ("criteria not met", "critères non remplis"),
        ["Decided"] = ("decided, on its way", "tranchée, en cours"),
        ["Settled"] = ("settled", "réglée"),
        ["SamePerson"] = ("the same person", "la même personne"),
        ["AnotherPerson"] = ("another person", "une autre personne"),
        ["NearlyTheSameName"] = ("one address, nearly the same name", "même adresse, nom presque identique"),
        ["AnotherBirthDate"] = ("same name and address, another birth date", "mêmes nom et adresse, autre date de naissance"),
        ["SameBirthDate"] = ("same name and birth date", "mêmes nom et date de naissance"),
        ["SameOrganisation"] = ("same name and organisation", "mêmes nom et structure"),
        ["SameMailbox"] = ("same name and mailbox elsewhere", "mêmes nom et boîte, autre domaine"),
        ["Queued"] = ("waits to be sent", "en attente d’envoi"),
        ["Sending"] = ("on its way to the relay", "en cours d’envoi"),
        ["Retrying"] = ("refused for now", "refusé pour l’instant"),
        ["Sent"] = ("sent", "envoyé"),
        ["Failed"] = ("not taken", "non accepté"),
        ["Uncertain"] = ("perhaps sent", "peut-être envoyé"),
        ["Suppressed"] = ("not sent", "non envoyé"),
        ["OfferExpired"] = ("no answer in time", "pas de réponse à temps"),
        ["SeatConfirmed"] = ("the seat is confirmed", "place confirmée"),
        ["HalfDayMoved"] = ("a half-day is moved", "demi-journée déplacée"),
        ["HalfDayCancelled"] = ("a half-day is cancelled", "demi-journée annulée"),
        ["Erased"] = ("the learner was erased", "apprenant effacé"),
        ["NoAddress"] = ("no address to write to", "pas d’adresse utilisable"),
        ["Outdated"] = ("not true any more, or too old", "plus d’actualité"),
        ["NoRelay"] = ("no relay in time", "pas de relais à temps"),
        ["Dismissed"] = ("a person said so", "décision d’une personne"),
        ["NotReceived"] = ("the learner does not have it", "non reçu par l’apprenant"),
        ["RelayRepaired"] = ("the relay was put right", "relais rétabli"),
        ["OneOfTwo"] = ("one of two of that name and address", "l’un de deux homonymes à cette adresse"),
    };

    private static readonly Dictionary<string, (string English, string French)> StreamWords = new(StringComparer.Ordinal)
    {
        ["training_record"] = ("Training record", "Dossier de formation"),
        ["learner"] = ("Learner", "Apprenant"),
        ["organisation"] = ("Organisation", "Structure"),
        ["offering"] = ("Offering", "Offre de formation"),
        ["programme"] = ("Programme", "Programme"),
        ["cohort"] = ("Cohort", "Promotion"),
        ["session"] = ("Half-day", "Demi-journée"),
        ["completion_file"] = ("Completion file", "Dossier de fin de formation"),
        ["certificate"] = ("Certificate", "Certificat"),
        ["notification"] = ("Notification", "Notification"),
        ["review"] = ("Review of who applies", "Vérification d’identité"),
    };

    private static readonly Dictionary<string, (string English, string French)> ServiceWords = new(StringComparer.Ordinal)
    {
        ["enrollment"] = ("Enrollment", "Inscription"),
        ["scheduling"] = ("Scheduling", "Planification"),
        ["certification"] = ("Certification", "Certification"),
    };

    // Elsewhere a text is somebody's, and stays as it is.
    private static readonly HashSet<string> Chosen =
        ["status", "standing", "was", "reason", "evidence", "kind", "verdict", "erased", "purpose", "why", "class", "disposition", "result", "ground", "asked"];

    private static readonly HashSet<string> Personal = ["sealedName", "firstName", "lastName", "email", "birthDate"];

    // The shortest that is ever sealed: nonce, tag and one byte of text, in base64.
    private const int ShortestSealed = 40;

    /// <summary>The fields that have words.</summary>
    public static IReadOnlyCollection<string> KnownFields => FieldWords.Keys;

    /// <summary>Whether one of the words that a field can be is told in another.</summary>
    public static bool KnowsChoice(string field, string value) => Chosen.Contains(field) && ValueWords.ContainsKey(value);

    /// <summary>The types of streams that have words.</summary>
    public static IReadOnlyCollection<string> KnownStreams => StreamWords.Keys;

    /// <summary>A field, by its name in JSON.</summary>
    public static (string English, string French) Field(string name) => FieldWords.TryGetValue(name, out var words) ? words : (name, name);

    /// <summary>A type of stream, by its stored name.</summary>
    public static (string English, string French) Stream(string type) => StreamWords.TryGetValue(type, out var words) ? words : (type, type);

    /// <summary>A service.</summary>
    public static (string English, string French) Service(string service) => ServiceWords.TryGetValue(service, out var words) ? words : (service, service);

    /// <summary>Whether a text is personal data under a learner's key. What only looks like it is taken for it.</summary>
    public static bool IsSealed(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Personal.Contains(name)
            || (text.Length >= ShortestSealed && text.Length % 4 == 0 && Convert.TryFromBase64String(text, new byte[text.Length], out _));
    }

    /// <summary>A value that is neither an object nor a list, in words.</summary>
    public static string Text(Words words, string name, JsonElement value)
    {
        ArgumentNullException.ThrowIfNull(words);
        return value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.Undefined => "–",
            JsonValueKind.True => words.Say("yes", "oui"),
            JsonValueKind.False => words.Say("no", "non"),
            JsonValueKind.String => Text(words, name, value.GetString()!),
            _ => value.GetRawText(),
        };
    }

    private static string Text(Words words, string name, string text)
    {
        if (IsSealed(name, text))
            return words.Say("sealed", "scellé");
        if (Chosen.Contains(name) && ValueWords.TryGetValue(text, out var known))
            return words.Say(known);
        if (text.Length == 0)
            return "–";
        if (LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var date })
            return words.Date(date);
        // An instant names its offset; a time by the clock of a place has none, and stays as it is.
        return text.Length > 19 && DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? words.Moment(at)
            : text;
    }
}
