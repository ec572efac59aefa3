using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Tokens;

namespace Tremplin.Certification.Specs.Paper;

/// <summary>A PDF, as PdfPig reads it.</summary>
internal sealed record Printed(string Title, string Language, IReadOnlyList<Printed.Sheet> Pages, IReadOnlyList<bool> FontsEmbedded)
{
    /// <summary>A page: its text without spaces and line breaks, its letters, and how many raster images it shows.</summary>
    public sealed record Sheet(string Text, double Width, double Height, IReadOnlyList<Letter> Letters, int Images, int Links, int Shapes);

    public static Printed Read(byte[] pdf)
    {
        using var document = PdfDocument.Open(pdf);
        var fonts = document.Structure.CrossReferenceTable.ObjectOffsets.Keys
            .Select(number => document.Structure.GetObject(number).Data).OfType<DictionaryToken>()
            .Where(d => d.TryGet(NameToken.Type, out NameToken type) && type == NameToken.Font)
            .Select(font => font.TryGet(NameToken.FontDescriptor, out IndirectReferenceToken descriptor)
                && document.Structure.GetObject(descriptor.Data).Data is DictionaryToken described && described.ContainsKey(NameToken.FontFile2));
        return new(
            document.Information.Title ?? "",
            document.Structure.Catalog.CatalogDictionary.TryGet(NameToken.Lang, out StringToken language) ? language.Data : "",
            [.. document.GetPages().Select(page => new Sheet(
                Close(string.Concat(page.Letters.Select(l => l.Value))), page.Width, page.Height, page.Letters,
                page.GetImages().Count(), page.GetAnnotations().Count(), page.Paths.Count))],
            [.. fonts]);
    }

    /// <summary>A text without what only separates, for lines end where they must.</summary>
    public static string Close(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>Letters that reach over the edge of a page, or stand on another.</summary>
    public static IEnumerable<string> Misplaced(Sheet page)
    {
        const double Margin = 24;
        var letters = page.Letters.Where(l => !string.IsNullOrWhiteSpace(l.Value)).ToList();
        foreach (var (number, letter) in letters.Index())
        {
            var box = letter.BoundingBox;
            if (box.Left < Margin || box.Bottom < Margin || box.Right > page.Width - Margin || box.Top > page.Height - Margin)
                yield return $"{letter.Value} at {box} leaves the page";
            var (x, y) = (box.Centroid.X, box.Centroid.Y);
            foreach (var other in letters.Skip(number + 1).Select(l => l.BoundingBox).Where(o => o.Height > 0))
            {
                if (x > other.Left && x < other.Right && y > other.Bottom && y < other.Top)
                    yield return $"{letter.Value} at {box} stands on another at {other}";
            }
        }
    }
}
