using System.Globalization;

namespace Tremplin.Certification.Paper;

/// <summary>The words of a certificate in one language. Dates are written by hand: the services know no cultures.</summary>
internal sealed record Words(
    string Language, string Heading, string Attests, string Completed, string Organisation, string Attended, string Of, string Dates,
    string From, string To, string Competences, string More, string Programme, string Version, string IssuedOn, string ValidUntil,
    string NoExpiry, string Issuer, string Check, string CheckHow, string Number, string NameCode, string NameCodeWhy, string Lacking,
    string OtherPage, string First, string[] Months)
{
    public static Words French { get; } = new(
        Language: "fr", Heading: "Certificat de formation", Attests: "Il est certifié que", Completed: "a suivi et validé la formation",
        Organisation: "Organisation", Attended: "Durée suivie", Of: "sur", Dates: "Dates", From: "du", To: "au",
        Competences: "Compétences (DigComp)", More: "de plus, à lire à l’adresse ci-dessous", Programme: "Programme", Version: "version",
        IssuedOn: "Délivré le", ValidUntil: "Valable jusqu’au", NoExpiry: "Sans limite de durée", Issuer: "Délivré par",
        Check: "Vérifier ce certificat",
        CheckHow: "Le code et l’adresse ci-dessous mènent à la page du certificat : elle dit s’il est encore valable, et montre le nom.",
        Number: "Numéro", NameCode: "Code du nom",
        NameCodeWhy: "Avec ce code, chacun peut vérifier que le nom appartient au certificat signé.",
        Lacking: "□ remplace une lettre que la police de ce document n’a pas ; le texte exact se lit à l’adresse ci-dessus.",
        OtherPage: "Page 1 sur 2. Page 2: the same certificate in English.",
        First: "1er",
        Months: [
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
        ]);

    public static Words English { get; } = new(
        Language: "en", Heading: "Training certificate", Attests: "This certifies that", Completed: "attended and completed the training",
        Organisation: "Organisation", Attended: "Time attended", Of: "of", Dates: "Dates", From: "from", To: "to",
        Competences: "Competences (DigComp)", More: "more, to be read at the address below", Programme: "Programme", Version: "version",
        IssuedOn: "Issued on", ValidUntil: "Valid until", NoExpiry: "Does not expire", Issuer: "Issued by",
        Check: "Check this certificate",
        CheckHow: "The code and the address below lead to the certificate’s page: it says whether it is still valid, and shows the name.",
        Number: "Number", NameCode: "Code of the name",
        NameCodeWhy: "With this code anybody can check that the name belongs to the signed certificate.",
        Lacking: "□ stands for a letter that this document’s font lacks; the exact text can be read at the address above.",
        OtherPage: "Page 2 of 2. Page 1 : le même certificat en français.",
        First: "1",
        Months: [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
        ]);

    /// <summary>24 novembre 2026, 24 November 2026: never broken across lines.</summary>
    public string Date(DateOnly date) =>
        string.Create(CultureInfo.InvariantCulture, $"{(date.Day == 1 ? First : date.Day)}\u00A0{Months[date.Month - 1]}\u00A0{date.Year}");

    /// <summary>24 h 30 min, the same in both languages.</summary>
    public static string Duration(int minutes) => (minutes / 60, minutes % 60) switch
    {
        (0, var m) => string.Create(CultureInfo.InvariantCulture, $"{m}\u00A0min"),
        (var h, 0) => string.Create(CultureInfo.InvariantCulture, $"{h}\u00A0h"),
        var (h, m) => string.Create(CultureInfo.InvariantCulture, $"{h}\u00A0h\u00A0{m}\u00A0min"),
    };

    /// <summary>An organisation: SIREN 123 456 782, or how else it is known.</summary>
    public static string Known(string organisation) =>
        organisation.StartsWith("siren:", StringComparison.OrdinalIgnoreCase) && organisation[6..] is { Length: 9 } siren
            ? $"SIREN\u00A0{siren[..3]}\u00A0{siren[3..6]}\u00A0{siren[6..]}"
            : organisation;

    /// <summary>No more of a text than a page has room for; what is left out shows.</summary>
    public static string Cut(string text, int letters) => text.Length <= letters ? text : $"{text[..(letters - 1)]}…";
}
