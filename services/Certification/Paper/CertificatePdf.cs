using System.Globalization;
using Tremplin.Certification.Certificates;

namespace Tremplin.Certification.Paper;

/// <summary>
/// The certificate to keep and to print: one page in French, one in English, A4. It is drawn once, when it is issued, and its bytes are
/// kept (R39, <see cref="Template.Version"/>). Pure: the same values give the same bytes.
/// </summary>
/// <remarks>
/// The font has the Latin, Greek and Cyrillic letters of living languages. A letter that it lacks (Chinese, Arabic, an emoji) is printed as
/// an empty box, and a note says so and leads to the exact name. Texts shrink and wrap before they are cut: names to 240 letters and
/// titles to 320, then the number of the competences that are left out is told.
/// </remarks>
public static class CertificatePdf
{
    private const double Divide = 206, CodeSide = 112, Quiet = 8, Foot = 40;

    private static readonly double[] Scales = [1.15, 1.1, 1.05, 1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7];

    /// <summary>The bytes of the PDF.</summary>
    /// <param name="id">The certificate's id, its number.</param>
    /// <param name="claims">What was certified.</param>
    /// <param name="name">The holder's full name, in clear.</param>
    /// <param name="salt">
    /// What is hashed with the name in the signed credential, 32 hexadecimal digits. Who reads the paper can check the name with it, and
    /// nobody can find the name out from the SHA-256 of this file.
    /// </param>
    /// <param name="link">Where the certificate is checked, with the holder's token: the QR code holds it.</param>
    public static byte[] Of(Guid id, CertificateIssued claims, string name, string salt, Uri link)
    {
        ArgumentNullException.ThrowIfNull(claims);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(salt);
        ArgumentNullException.ThrowIfNull(link);
        var code = QrCode.Of(link);
        return Document.Of(
            $"{Words.French.Heading} – {claims.Title}", claims.Issuer, claims.IssuedOn, Page(Words.French), Page(Words.English));

        Leaf Page(Words words)
        {
            var page = new Leaf(words.Language) { Code = (code, Leaf.Left - Quiet, Divide - 14 - CodeSide, CodeSide, link) }
                .With(Certified(words, claims, name))
                .With(Check(words, id, salt, link));
            page.Bars.Add(new(0, Leaf.Height - 9, Leaf.Width, 9, Ink.Accent));
            page.With(new Column(Leaf.Left, Foot, Leaf.Across).Write(words.OtherPage, 7.5, Ink.Quiet));
            if (page.Lines.Exists(line => line.Text.Contains(Typeface.Lacking, StringComparison.Ordinal)))
                page.With(new Column(Leaf.Left, Foot + 22, Leaf.Across).Write(words.Lacking, 7.5, Ink.Quiet));
            return page;
        }
    }

    private static Column Certified(Words words, CertificateIssued claims, string name)
    {
        var all = claims.Competences.Count;
        return Column.First(Divide + 8, Scales.Select(scale => Tried(scale, all))
            .Concat(Enumerable.Range(0, all).Select(fewer => Tried(Scales[^1], all - 1 - fewer))));

        Column Tried(double scale, int competences)
        {
            var column = new Column(Leaf.Left, Leaf.Height - 54, Leaf.Across, scale)
                .Write(Words.Cut(claims.Issuer, 80), 12, Ink.Accent, Typeface.Bold).Gap(26)
                .Write(words.Heading, 25, Ink.Text, Typeface.Bold).Gap(20)
                .Write(words.Attests, 10.5, Ink.Quiet).Gap(3)
                .Headline(Words.Cut(name, 240), 2, Ink.Text, 21, 18, 15, 13).Gap(9)
                .Write(words.Completed, 10.5, Ink.Quiet).Gap(3)
                .Headline(Words.Cut(claims.Title, 320), 3, Ink.Accent, 16, 14, 12).Gap(16)
                .Rule().Gap(12)
                .Row(words.Organisation, Words.Cut(Words.Known(claims.OrganisationRef), 160))
                .Row(words.Attended, $"{Words.Duration(claims.AttendedMinutes)} {words.Of} {Words.Duration(claims.DeliveredMinutes)}")
                .Row(words.Dates, $"{words.From} {words.Date(claims.StartedOn)} {words.To} {words.Date(claims.EndedOn)}");
            if (claims.Competences.Count > 0)
                column.Row(words.Competences, Told(competences));
            return column
                .Row(words.Programme, string.Create(
                    CultureInfo.InvariantCulture, $"{Words.Cut(claims.ProgrammeRef, 100)}, {words.Version}\u00A0{claims.ProgrammeVersion}"))
                .Row(words.IssuedOn, words.Date(claims.IssuedOn))
                .Row(words.ValidUntil, claims.ValidUntil is { } until ? words.Date(until) : words.NoExpiry)
                .Row(words.Issuer, Words.Cut(claims.Issuer, 80));
        }

        IEnumerable<string> Told(int competences) => claims.Competences.Take(competences).Concat(
            competences < claims.Competences.Count ? [$"+ {claims.Competences.Count - competences} {words.More}"] : []);
    }

    private static Column Check(Words words, Guid id, string salt, Uri link)
    {
        const double Beside = CodeSide + 6;
        return Column.First(Foot + 24, Scales.Where(scale => scale <= 1).Select(scale =>
        {
            var rule = new Column(Leaf.Left, Divide, Leaf.Across).Rule();
            var column = new Column(Leaf.Left + Beside, Divide - 18, Leaf.Across - Beside, scale)
                .Write(words.Check, 10.5, Ink.Text, Typeface.Bold).Gap(2)
                .Write(words.CheckHow, 8.5, Ink.Text).Gap(2)
                .Write(link.AbsoluteUri, 8, Ink.Accent).Gap(5)
                .Write($"{words.Number} {id}", 8.5, Ink.Text).Gap(1)
                .Write($"{words.NameCode} {salt}", 8.5, Ink.Text)
                .Write(words.NameCodeWhy, 8, Ink.Quiet);
            column.Bars.AddRange(rule.Bars);
            return column;
        }));
    }
}
