using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Tremplin.Certification.Certificates;

/// <summary>The certificate as a page that works without scripts. Pure; every value passes through <see cref="Text"/>.</summary>
public static class CertificateHtml
{
    private const string Style =
        """
        :root { font: 1.0625rem/1.5 system-ui, sans-serif; color: #1d2433; background: #f3f4f7; }
        body { margin: 0; padding: 1rem; }
        main { max-width: 42rem; margin: 1rem auto; padding: 2rem; background: #fff; border: 1px solid #767e8f; }
        main { border-top: .5rem solid #1f4e8c; }
        nav { max-width: 42rem; margin: 0 auto; text-align: right; }
        a { color: #1f4e8c; }
        h1 { margin: 0; font-size: 1rem; font-weight: 600; color: #4a5263; }
        .what { margin: .25rem 0 1rem; font-size: 1.75rem; line-height: 1.2; font-weight: 700; }
        .state { display: inline-block; margin: 0 0 1rem; padding: .25rem .75rem; font-weight: 700; border: 2px solid; }
        .valid { color: #0b5c2e; } .expired { color: #9a1c1c; }
        dl { display: grid; grid-template-columns: minmax(9rem, auto) 1fr; gap: .5rem 1.5rem; margin: 1.5rem 0 0; }
        dt { color: #4a5263; } dd { margin: 0; overflow-wrap: anywhere; } dd ul { margin: 0; padding-left: 1.1rem; }
        @media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .75rem; } main { padding: 1rem; } }
        @media print { :root, main { background: none; } main { border: 0; margin: 0; padding: 0; } nav { display: none; } }
        """;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>What the page needs, and nothing else: its own style, known by its hash.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The certificate.</summary>
    /// <param name="words">The language.</param>
    /// <param name="id">The certificate's id.</param>
    /// <param name="certificate">The certificate; it is issued.</param>
    /// <param name="holder">The holder's initials, or null when the name was erased.</param>
    /// <param name="today">The day on which it is looked at.</param>
    /// <param name="otherLanguage">Address of the same page in the other language.</param>
    public static string Of(Wording words, Guid id, Certificate certificate, string? holder, DateOnly today, string otherLanguage)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(certificate);
        var claims = certificate.Claims!;
        var (state, look) = certificate.ExpiresOn() is { } expiry && today >= expiry
            ? ($"{words.ExpiredSince} {words.Date(expiry)}", "expired")
            : (words.Valid, "valid");
        var competences = string.Concat(claims.Competences.Select(c => $"<li>{Text(c)}</li>"));
        var hours = $"{Wording.Duration(claims.AttendedMinutes)} {words.HoursOf} {Wording.Duration(claims.DeliveredMinutes)}";
        var programme = string.Create(
            CultureInfo.InvariantCulture, $"{claims.ProgrammeRef}, {words.Version} {claims.ProgrammeVersion}");
        return Page(words, words.Heading, otherLanguage,
            $"""
            <p class="what" lang="fr">{Text(claims.Title)}</p>
            <p class="state {look}">{Text(state)}</p>
            <p>{Text(words.Certifies)}</p>
            <dl>
            {Row(words.Holder, Text(holder ?? words.Erased))}
            {Row(words.Organisation, Text(claims.OrganisationRef))}
            {Row(words.Competences, $"<ul lang=\"fr\">{competences}</ul>")}
            {Row(words.Hours, Text(hours))}
            {Row(words.Dates, $"{Text(words.From)} {Time(words, claims.StartedOn)} {Text(words.To)} {Time(words, claims.EndedOn)}")}
            {Row(words.Programme, Text(programme))}
            {Row(words.IssuedOn, Time(words, claims.IssuedOn))}
            {Row(words.ValidUntil, claims.ValidUntil is { } until ? Time(words, until) : Text(words.NoExpiry))}
            {Row(words.Issuer, Text(claims.Issuer))}
            {Row(words.Number, Text(id.ToString()))}
            </dl>
            """);
    }

    /// <summary>A page that says why there is no certificate to show.</summary>
    public static string Sorry(Wording words, string heading, string detail, string otherLanguage) =>
        Page(words, heading, otherLanguage, $"<p>{Text(detail)}</p>");

    private static string Page(Wording words, string heading, string otherLanguage, string body) =>
        $"""
        <!DOCTYPE html>
        <html lang="{words.Code}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(heading)} – Tremplin</title>
        <style>{Style}</style>
        </head>
        <body>
        <nav><a href="{Text(otherLanguage)}" lang="{words.Other.Code}" hreflang="{words.Other.Code}">{Text(words.Other.Name)}</a></nav>
        <main>
        <h1>{Text(heading)}</h1>
        {body}
        </main>
        </body>
        </html>

        """;

    private static string Row(string term, string description) => $"<dt>{Text(term)}</dt><dd>{description}</dd>";

    private static string Time(Wording words, DateOnly date) =>
        string.Create(CultureInfo.InvariantCulture, $"<time datetime=\"{date:yyyy-MM-dd}\">{Text(words.Date(date))}</time>");

    private static string Text(string value) => Encoder.Encode(value);
}
