using System.Globalization;
using NodaTime;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Notifications;

/// <summary>The texts of all mails, French first and then English, for nobody knows which of them a learner reads. Plain text.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Text">The text.</param>
public sealed record Letter(string Subject, string Text)
{
    private static readonly string[] Jours = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

    private static readonly string[] Mois =
        ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];

    /// <summary>The mail.</summary>
    /// <param name="record">The training record, by which whoever is asked about the mail finds it.</param>
    /// <param name="kind">What it tells.</param>
    /// <param name="facts">What it tells of.</param>
    /// <param name="firstName">Whom it speaks to.</param>
    public static Letter Of(Guid record, NotificationKind kind, NotificationFacts facts, string firstName)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(firstName);
        var (fr, en) = Words(kind, facts);
        var name = string.Concat(firstName.Where(c => !char.IsControl(c)));
        return new($"{fr.Subject} / {en.Subject}", $"""
            Bonjour {name},

            {fr.Text}

            (English below)
            -----

            Hello {name},

            {en.Text}

            -----
            Tremplin
            Dossier de formation / training record: {record}
            """.ReplaceLineEndings("\n") + "\n");
    }

    private static ((string Subject, string Text) French, (string Subject, string Text) English) Words(NotificationKind kind, NotificationFacts f)
    {
        var (fr, en) = ($"la formation « {f.Programme} »", $"the training “{f.Programme}”");
        switch (kind)
        {
            case NotificationKind.SeatOffered:
                return (
                    ("Une place vous est proposée : réponse attendue", $"Une place s’est libérée dans {fr}{Begins(f, "fr")}. Elle vous est réservée jusqu’au {French(f.Deadline!.Value, f.Zone)}.\n\nRépondez avant cette date par l’intermédiaire de {f.Partner}, qui a transmis votre candidature. Sans réponse, la place est proposée à la personne suivante et votre candidature est close."),
                    ("a seat is offered to you, please answer", $"A seat has become free in {en}{Begins(f, "en")}. It is held for you until {English(f.Deadline!.Value, f.Zone)}.\n\nPlease answer before then through {f.Partner}, who sent your application. Without an answer the seat is offered to the next person, and your application is closed."));
            case NotificationKind.OfferExpired:
                return (
                    ("Le délai de réponse est passé", $"Nous n’avons pas reçu à temps de réponse à la place qui vous était proposée dans {fr}. Elle est proposée à une autre personne, et votre candidature est close.\n\nVous pouvez candidater de nouveau, par l’intermédiaire de {f.Partner}."),
                    ("the offer has ended", $"We had no answer in time to the seat that was offered to you in {en}. It is offered to somebody else, and your application is closed.\n\nYou may apply again, through {f.Partner}."));
            case NotificationKind.SeatConfirmed:
                return (
                    ("Votre place est confirmée", $"Votre place dans {fr}{Begins(f, "fr")} est confirmée.\n\nSi vous ne pouvez pas venir, dites-le dès que possible à {f.Partner} : quelqu’un d’autre attend peut-être cette place."),
                    ("your seat is confirmed", $"Your seat in {en}{Begins(f, "en")} is confirmed.\n\nIf you cannot come, please tell {f.Partner} as soon as you can: somebody else may be waiting for this seat."));
            case NotificationKind.CohortCancelled:
                return (
                    ("Votre promotion est annulée", $"La promotion de {fr} dans laquelle vous étiez ne peut pas avoir lieu, ou pas jusqu’à son terme. {(f.Disposition == Disposition.Moved ? $"Une place est demandée pour vous dans une autre promotion{Begins(f, "fr")} ; vous y passez avant les nouvelles demandes, et nous vous écrirons dès qu’une place vous y revient." : "Aucune autre n’est ouverte pour l’instant. Dès qu’il y en aura une, une place y sera demandée pour vous, avant les nouvelles demandes.")}\n\nLes heures déjà suivies vous restent acquises."),
                    ("your cohort is cancelled", $"The cohort of {en} that you were in will not be held, or not to its end. {(f.Disposition == Disposition.Moved ? $"A seat is being asked for you in another cohort{Begins(f, "en")}; you come before new requests there, and we shall write to you when a seat is yours." : "No other is open for now. As soon as there is one, a seat in it will be asked for you, before new requests.")}\n\nThe hours that you have done are kept."));
            case NotificationKind.HalfDayMoved:
                return (
                    ("Une demi-journée est déplacée", $"La demi-journée n° {Number(f)} de {fr}, prévue le {French(f.HalfDay!.OldStartsAt!.Value, f.Zone)}, aura lieu le {French(f.StartsAt!.Value, f.Zone)}, jusqu’à {Time(f.HalfDay.EndsAt, f.Zone)}, salle : {f.HalfDay.Room}."),
                    ("a half-day is moved", $"Half-day {Number(f)} of {en}, planned for {English(f.HalfDay.OldStartsAt.Value, f.Zone)}, will be held on {English(f.StartsAt.Value, f.Zone)}, until {Time(f.HalfDay.EndsAt, f.Zone)}, room: {f.HalfDay.Room}."));
            default:
                return (
                    ("Une demi-journée est annulée", $"La demi-journée n° {Number(f)} de {fr}, prévue le {French(f.StartsAt!.Value, f.Zone)}, est annulée."),
                    ("a half-day is cancelled", $"Half-day {Number(f)} of {en}, planned for {English(f.StartsAt.Value, f.Zone)}, is cancelled."));
        }
    }

    private static string Begins(NotificationFacts f, string language) => f.StartsAt is not { } start ? ""
        : language == "fr" ? $", qui commence le {French(start, f.Zone)}" : $", which begins on {English(start, f.Zone)}";

    private static string Number(NotificationFacts f) => f.HalfDay!.Number.ToString(CultureInfo.InvariantCulture);

    private static string French(DateTimeOffset at, string zone)
    {
        var t = Local(at, zone);
        return string.Create(CultureInfo.InvariantCulture, $"{Jours[(int)t.DayOfWeek - 1]} {(t.Day == 1 ? "1er" : t.Day)} {Mois[t.Month - 1]} {t.Year} à {Time(at, zone)} ({zone})");
    }

    private static string English(DateTimeOffset at, string zone) =>
        Local(at, zone).ToString("dddd d MMMM yyyy", CultureInfo.InvariantCulture) + $" at {Time(at, zone)} ({zone})";

    private static string Time(DateTimeOffset at, string zone) => Local(at, zone).ToString("HH:mm", CultureInfo.InvariantCulture);

    private static LocalDateTime Local(DateTimeOffset at, string zone) => Instant.FromDateTimeOffset(at).InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
}
