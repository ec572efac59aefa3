namespace Tremplin.Certification.Paper;

/// <summary>One page of A4, drawn as lines of text, bars and perhaps a QR code.</summary>
/// <param name="Language">Its language, a BCP 47 tag.</param>
internal sealed record Leaf(string Language)
{
    public const double Width = 595, Height = 842, Left = 62, Across = Width - (2 * Left);

    public List<Line> Lines { get; } = [];

    public List<Bar> Bars { get; } = [];

    /// <summary>A code, the lower left corner and the side of the square that it fills, and the address it holds.</summary>
    public (QrCode Code, double X, double Y, double Side, Uri Address)? Code { get; init; }

    /// <summary>Puts a column on the page.</summary>
    public Leaf With(Column column)
    {
        Lines.AddRange(column.Lines);
        Bars.AddRange(column.Bars);
        return this;
    }
}
