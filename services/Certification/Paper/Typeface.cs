using System.Globalization;
using System.Text;
using UglyToad.PdfPig.Fonts.TrueType;
using UglyToad.PdfPig.Fonts.TrueType.Parser;

namespace Tremplin.Certification.Paper;

/// <summary>
/// Noto Sans in one weight. It lies in files by script, none with more than 255 characters (Fonts/make.py): PdfPig numbers the
/// characters of a font in one byte, and reads all of a file again for each document that uses it.
/// </summary>
internal sealed class Typeface
{
    /// <summary>Stands for a letter that the font lacks: never nothing, and never another letter.</summary>
    public const char Lacking = '\u25A1';

    private static readonly string[] Scripts = ["latin", "european", "african", "marks", "greek", "cyrillic"];

    // The services know no cultures, and .NET then puts no letters together.
    private static readonly Dictionary<(char, char), char> Composed = Encoding.UTF8.GetString(Resource("composed.txt"))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(line => (line[0], line[1]), line => line[2]);

    private readonly byte[][] _files;
    private readonly Dictionary<char, (int File, double Width)> _letters = [];

    private Typeface(string weight)
    {
        _files = [.. Scripts.Select(script => Resource($"NotoSans-{weight}.{script}.ttf"))];
        foreach (var (file, bytes) in _files.Index())
        {
            var font = TrueTypeFontParser.Parse(new TrueTypeDataBytes(bytes));
            for (var letter = ' '; letter <= Lacking; letter++)
            {
                if (font.TryGetAdvanceWidth(letter, out var width))
                    _letters.TryAdd(letter, (file, width / font.GetUnitsPerEm()));
            }
        }
    }

    public static Typeface Regular { get; } = new("Regular");

    public static Typeface Bold { get; } = new("Bold");

    /// <summary>The files of the font, by number.</summary>
    public IReadOnlyList<byte[]> Files => _files;

    /// <summary>
    /// What can be drawn of a text: spaces for what only separates, <see cref="Lacking"/> for each letter that the font lacks. A letter
    /// and the accent after it are one.
    /// </summary>
    public string Legible(string text)
    {
        var legible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsBmp && legible.Length > 0 && Composed.TryGetValue((legible[^1], (char)rune.Value), out var letter))
                legible[^1] = letter;
            else if (rune.IsBmp && _letters.ContainsKey((char)rune.Value) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format)
                legible.Append(rune);
            else if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
                legible.Append(' ');
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format)
                legible.Append(Lacking);
        }

        return legible.ToString();
    }

    /// <summary>The width of a legible text, in units of its size.</summary>
    public double Width(ReadOnlySpan<char> text)
    {
        var width = 0.0;
        foreach (var letter in text)
            width += _letters[letter].Width;
        return width;
    }

    /// <summary>A legible text in the pieces that one file draws.</summary>
    public IEnumerable<(int File, string Text)> Pieces(string text)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            var file = _letters[text[start]].File;
            for (end = start + 1; end < text.Length && _letters[text[end]].File == file;)
                end++;
            yield return (file, text[start..end]);
        }
    }

    /// <summary>A legible text in lines no wider than that, in units of its size, broken at spaces and, where a word is wider, anywhere.</summary>
    public IEnumerable<string> Lines(string text, double width)
    {
        var (line, used, space) = ("", 0.0, Width(" "));
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (rest, wide) = (word, Width(word));
            if (line != "" && used + space + wide <= width)
            {
                (line, used) = ($"{line} {word}", used + space + wide);
                continue;
            }

            if (line != "")
                yield return line;
            for (int taken; wide > width && rest.Length > 1; (rest, wide) = (rest[taken..], Width(rest.AsSpan(taken))))
                yield return rest[..(taken = Fitting(rest, width))];
            (line, used) = (rest, wide);
        }

        if (line != "")
            yield return line;
    }

    private int Fitting(string word, double width)
    {
        var taken = 0;
        for (var used = 0.0; taken < word.Length && (used += _letters[word[taken]].Width) <= width;)
            taken++;
        return Math.Max(taken, 1);
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(Typeface).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} was not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
