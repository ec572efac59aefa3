using QRCoder;

namespace Tremplin.Certification.Paper;

/// <summary>A QR code as rows of dark modules, its quiet zone included.</summary>
/// <param name="Side">The modules of a side.</param>
/// <param name="Dark">Runs of dark modules: row from the top, first column, how many.</param>
internal sealed record QrCode(int Side, IReadOnlyList<(int Row, int Column, int Length)> Dark)
{
    /// <summary>The code of an address. A sixth of it may be spoilt: level M.</summary>
    public static QrCode Of(Uri address)
    {
        using var code = QRCodeGenerator.GenerateQrCode(address.AbsoluteUri, QRCodeGenerator.ECCLevel.M);
        var dark = new List<(int, int, int)>();
        foreach (var (row, modules) in code.ModuleMatrix.Index())
        {
            for (int column = 0, length; column < modules.Length; column += length + 1)
            {
                for (length = 0; column + length < modules.Length && modules[column + length];)
                    length++;
                if (length > 0)
                    dark.Add((row, column, length));
            }
        }

        return new(code.ModuleMatrix.Count, dark);
    }
}
