using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using UglyToad.PdfPig.Actions;
using UglyToad.PdfPig.Annotations;
using UglyToad.PdfPig.Graphics.Operations;
using UglyToad.PdfPig.Graphics.Operations.MarkedContent;
using UglyToad.PdfPig.Graphics.Operations.PathConstruction;
using UglyToad.PdfPig.Graphics.Operations.PathPainting;
using UglyToad.PdfPig.Graphics.Operations.SpecialGraphicsState;
using UglyToad.PdfPig.Tokens;
using UglyToad.PdfPig.Writer;

namespace Tremplin.Certification.Paper;

/// <summary>Pages as a PDF. The same pages give the same bytes.</summary>
internal static class Document
{
    /// <summary>Draws the pages.</summary>
    /// <param name="title">Its title, which readers show in place of the file's name.</param>
    /// <param name="author">Who answers for it.</param>
    /// <param name="date">The date that it bears.</param>
    /// <param name="pages">Its pages; the language of the first is the document's.</param>
    public static byte[] Of(string title, string author, DateOnly date, params Leaf[] pages)
    {
        using var stream = new MemoryStream();
        using var builder = new PdfDocumentBuilder(stream, tokenWriter: new Catalogued(pages[0].Language));
        builder.DocumentInformation = new()
        {
            Title = title,
            Author = author,
            Creator = "Tremplin",
            CreationDate = string.Create(CultureInfo.InvariantCulture, $"D:{date:yyyyMMdd}"),
        };
        var fonts = new Dictionary<(Typeface, int), PdfDocumentBuilder.AddedFont>();
        foreach (var leaf in pages)
            Draw(leaf, builder.AddPage(Leaf.Width, Leaf.Height), Font);
        return Identified(builder.Build());

        PdfDocumentBuilder.AddedFont Font(Typeface face, int file) => fonts.TryGetValue((face, file), out var font)
            ? font
            : fonts[(face, file)] = builder.AddTrueTypeFont(face.Files[file]);
    }

    private static void Draw(Leaf leaf, PdfPageBuilder page, Func<Typeface, int, PdfDocumentBuilder.AddedFont> font)
    {
        var drawn = page.CurrentStream.Operations;
        drawn.Add(new BeginMarkedContentWithProperties(
            NameToken.Create("Span"),
            new DictionaryToken(new Dictionary<NameToken, IToken> { [NameToken.Lang] = new StringToken(leaf.Language) })));
        Ink? ink = null;
        foreach (var bar in leaf.Bars)
        {
            Dip(bar.Ink);
            drawn.Add(new AppendRectangle(bar.X, bar.Y, bar.Width, bar.Height));
            drawn.Add(FillPathNonZeroWinding.Value);
        }

        foreach (var line in leaf.Lines)
        {
            Dip(line.Ink);
            var x = line.X;
            foreach (var (file, text) in line.Face.Pieces(line.Text))
            {
                page.AddText(text, Rounded(line.Size), new(Rounded(x), Rounded(line.Y)), font(line.Face, file));
                x += line.Face.Width(text) * line.Size;
            }
        }

        if (leaf.Code is var (code, left, bottom, side, address))
        {
            Dip(Ink.Black);
            Draw(code, left, bottom, side, drawn);
            page.AddLink(new LinkAnnotation(
                new UriAction(address.AbsoluteUri), new(left, bottom, left + side, bottom + side), new AnnotationBorder(0, 0, 0, null)));
        }

        drawn.Add(EndMarkedContent.Value);

        void Dip(Ink colour)
        {
            if (ink != colour)
                page.SetTextAndFillColor(colour.Red, colour.Green, colour.Blue);
            ink = colour;
        }
    }

    // One path in the code's own units: modules that touch leave no seam, whatever draws them.
    private static void Draw(QrCode code, double left, double bottom, double side, List<IGraphicsStateOperation> drawn)
    {
        drawn.Add(Push.Value);
        drawn.Add(new ModifyCurrentTransformationMatrix([side / code.Side, 0, 0, -side / code.Side, left, bottom + side]));
        drawn.AddRange(code.Dark.Select(run => new AppendRectangle(run.Column, run.Row, run.Length, 1)));
        drawn.Add(FillPathNonZeroWinding.Value);
        drawn.Add(Pop.Value);
    }

    private static double Rounded(double points) => Math.Round(points, 2);

    // PdfPig draws a document's two identifiers at random: here they follow from what stands before them.
    private static byte[] Identified(byte[] pdf)
    {
        var at = pdf.AsSpan().LastIndexOf("/ID"u8);
        var id = Encoding.ASCII.GetBytes(Convert.ToHexString(SHA256.HashData(pdf.AsSpan(0, at)))[..32]);
        for (var n = 0; n < 2; n++)
        {
            at += pdf.AsSpan(at).IndexOf((byte)'<') + 1;
            id.CopyTo(pdf, at);
        }

        return pdf;
    }

    /// <summary>Adds to the catalogue what PdfPig has no place for: the language, and that the title is to be shown.</summary>
    private sealed class Catalogued(string language) : TokenWriter
    {
        private static readonly DictionaryToken Preferences =
            new(new Dictionary<NameToken, IToken> { [NameToken.DisplayDocTitle] = BooleanToken.True });

        protected override void WriteObject(ObjectToken objectToken, Stream outputStream) => base.WriteObject(
            objectToken.Data is DictionaryToken data && data.TryGet(NameToken.Type, out NameToken type) && type == NameToken.Catalog
                ? new(objectToken.Position, objectToken.Number, data
                    .With(NameToken.Lang, new StringToken(language)).With(NameToken.ViewerPreferences, Preferences))
                : objectToken,
            outputStream);
    }
}
