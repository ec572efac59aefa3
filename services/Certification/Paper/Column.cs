namespace Tremplin.Certification.Paper;

/// <summary>A line of text where it stands: the left end of its baseline, in points from the lower left corner of the page.</summary>
internal sealed record Line(double X, double Y, double Size, Typeface Face, Ink Ink, string Text);

/// <summary>A filled rectangle, by its lower left corner.</summary>
internal sealed record Bar(double X, double Y, double Width, double Height, Ink Ink);

/// <summary>A column of text that grows downwards from its top, with room for labels. Its scale multiplies sizes and gaps, not widths.</summary>
internal sealed class Column(double left, double top, double width, double scale = 1, double labels = 140)
{
    private const double Leading = 1.36, Ascent = 1.02;

    public List<Line> Lines { get; } = [];

    public List<Bar> Bars { get; } = [];

    /// <summary>Where what is written next begins.</summary>
    public double Bottom { get; private set; } = top;

    /// <summary>The first of these columns that ends above that bottom, or the last.</summary>
    public static Column First(double bottom, IEnumerable<Column> tries)
    {
        Column? last = null;
        return tries.FirstOrDefault(c => (last = c).Bottom >= bottom) ?? last!;
    }

    /// <summary>Leaves room.</summary>
    public Column Gap(double points)
    {
        Bottom -= points * scale;
        return this;
    }

    /// <summary>A line across.</summary>
    public Column Rule()
    {
        Bars.Add(new(left, Bottom, width, 0.75, Ink.Rule));
        return this;
    }

    /// <summary>A paragraph.</summary>
    public Column Write(string text, double size, Ink ink, Typeface? face = null, double indent = 0)
    {
        face ??= Typeface.Regular;
        size *= scale;
        foreach (var line in face.Lines(face.Legible(text), (width - indent) / size))
        {
            Lines.Add(new(left + indent, Bottom - (size * Ascent), size, face, ink, line));
            Bottom -= size * Leading;
        }

        return this;
    }

    /// <summary>A paragraph in bold, in the first of these sizes in which it takes no more lines than that, or in the last.</summary>
    public Column Headline(string text, int lines, Ink ink, params double[] sizes)
    {
        var legible = Typeface.Bold.Legible(text);
        var fitting = sizes.Where(size => Typeface.Bold.Lines(legible, width / (size * scale)).Count() <= lines).DefaultIfEmpty(sizes[^1]);
        return Write(text, fitting.First(), ink, Typeface.Bold);
    }

    /// <summary>A label and what it names, which may be several paragraphs; none is a line to fill in by hand.</summary>
    public Column Row(string label, params IEnumerable<string> values)
    {
        const double Label = 9.5, Value = 10.5;
        var start = Bottom;
        // Both stand on one line.
        Gap((Value - Label) * Ascent).Write(label, Label, Ink.Quiet);
        (var labelled, Bottom) = (Bottom, start);
        foreach (var value in values)
            Write(value, Value, Ink.Text, indent: labels);
        if (Bottom == start)
        {
            Bottom -= Value * scale * Leading;
            Bars.Add(new(left + labels, Bottom + 2, width - labels, 0.5, Ink.Quiet));
        }

        Bottom = Math.Min(Bottom, labelled);
        return Gap(4.5);
    }
}
