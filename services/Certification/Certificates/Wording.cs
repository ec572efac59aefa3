using System.Globalization;
using System.Text;

namespace Tremplin.Certification.Certificates;

/// <summary>
/// The words of the certificate page in one language, each named by what it says. Dates are written by hand, from the
/// names of the months and the word for the first of a month: the services know no cultures.
/// </summary>
public sealed record Wording(
    string Code, (string Code, string Name) Other, IReadOnlyList<string> Months, string First,
    string Heading, string Certifies, string Valid, string ExpiredSince, string Holder, string Erased, string Competences,
    string Hours, string HoursOf, string Dates, string From, string To, string Organisation, string IssuedOn, string ValidUntil,
    string NoExpiry, string Programme, string Version, string Issuer, string Number,
    string NotFound, string NotFoundDetail, string NotANumber, string NotANumberDetail)
{
    /// <summary>French.</summary>
    public static Wording French { get; } = new(
        Code: "fr", Other: ("en", "English"),
        Heading: "Certificat de formation", Certifies: "Ce certificat atteste que cette formation a été suivie et validée.",
        Valid: "Valide", ExpiredSince: "Expiré depuis le", Holder: "Titulaire",
        Erased: "Nom effacé", Competences: "Compétences", Hours: "Durée suivie", HoursOf: "sur",
        Dates: "Dates", From: "du", To: "au", Organisation: "Organisation", IssuedOn: "Délivré le", ValidUntil: "Valable jusqu’au",
        NoExpiry: "Sans limite de durée", Programme: "Programme", Version: "version", Issuer: "Délivré par",
        Number: "Numéro du certificat",
        NotFound: "Aucun certificat à cette adresse", NotFoundDetail: "Aucun certificat délivré ne porte ce numéro.",
        NotANumber: "Ce n’est pas un numéro de certificat",
        NotANumberDetail: "Un numéro de certificat compte 32 chiffres hexadécimaux, en cinq groupes.",
        Months: [
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
        ],
        First: "1er");

    /// <summary>English.</summary>
    public static Wording English { get; } = new(
        Code: "en", Other: ("fr", "Français"),
        Heading: "Training certificate", Certifies: "This certifies that this training was attended and completed.",
        Valid: "Valid", ExpiredSince: "Expired since", Holder: "Holder",
        Erased: "Name erased", Competences: "Competences", Hours: "Time attended", HoursOf: "of",
        Dates: "Dates", From: "from", To: "to", Organisation: "Organisation", IssuedOn: "Issued on", ValidUntil: "Valid until",
        NoExpiry: "Does not expire", Programme: "Programme", Version: "version", Issuer: "Issued by", Number: "Certificate number",
        NotFound: "No certificate at this address", NotFoundDetail: "No certificate with this number was issued.",
        NotANumber: "Not a certificate number",
        NotANumberDetail: "A certificate number has 32 hexadecimal digits, in five groups.",
        Months: [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
        ],
        First: "1");

    /// <summary>The language asked for by <c>?lang=</c>, else the one preferred by <c>Accept-Language</c>, else French.</summary>
    public static Wording For(string? lang, IEnumerable<string> preferred)
    {
        ArgumentNullException.ThrowIfNull(preferred);
        return preferred.Prepend(lang).Select(Known).FirstOrDefault(w => w is not null) ?? French;

        static Wording? Known(string? tag) => tag?.Split('-')[0].ToUpperInvariant() switch { "FR" => French, "EN" => English, _ => null };
    }

    /// <summary>24 novembre 2026, 24 November 2026.</summary>
    public string Date(DateOnly date) =>
        string.Create(CultureInfo.InvariantCulture, $"{(date.Day == 1 ? First : date.Day)} {Months[date.Month - 1]} {date.Year}");

    /// <summary>Hours and minutes, the same in both languages.</summary>
    public static string Duration(int minutes) => (minutes / 60, minutes % 60) switch
    {
        (0, var m) => string.Create(CultureInfo.InvariantCulture, $"{m} min"),
        (var h, 0) => string.Create(CultureInfo.InvariantCulture, $"{h} h"),
        var (h, m) => string.Create(CultureInfo.InvariantCulture, $"{h} h {m} min"),
    };

    /// <summary>All that the page shows of a name: Marie-Claude Dupont is M.-C. D.</summary>
    public static string Initials(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Join(' ', Words(name, ' ').Select(word => string.Join('-', Words(word, '-').Select(Initial))));

        static IEnumerable<string> Words(string text, char separator) =>
            text.Split(separator).Where(part => part.EnumerateRunes().Any(Rune.IsLetter));

        static string Initial(string part) => $"{Rune.ToUpperInvariant(part.EnumerateRunes().First(Rune.IsLetter))}.";
    }
}
