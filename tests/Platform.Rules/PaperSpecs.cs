using System.Diagnostics;
using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.Paper;
using Tremplin.Defaults;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>The papers, read by other programs than the one that writes them: Poppler, which most free readers are made of, and ZBar.</summary>
public class PaperSpecs
{
    private const string Name = "Zoë Łukasiewicz-N’Guyễn", Salt = "0123456789abcdef0123456789abcdef";
    private static readonly Guid Id = Guid.Parse("55555555-0000-5000-8000-000000000001");
    private static readonly Uri Link = new($"https://tremplin.example/certificates/{Id}?holder=Zm9yLWhvbGRlcnMtb25seS1mb3ItaG9sZGVycy1vbmx5LTE");

    private static readonly CertificateIssued Claims = new(
        Id, 7, Id, new Sealed("c2VhbGVk"), "siren:123456782", "cap-ouest", "outils", 2, "Travailler à distance, Œuvrer ensemble",
        ["2.4 Collaborer", "5.2 Identifier des besoins"], Id, new(2026, 11, 17), new(2026, 11, 24), 630, 600, 14m,
        new(2026, 11, 24), new(2028, 11, 24), "Tremplin");

    [Fact]
    public async Task Other_programs_read_a_certificate_and_its_code()
    {
        using var desk = new Desk(CertificatePdf.Of(Id, Claims, Name, Salt, Link));
        (await desk.Run("pdftotext", "-enc", "UTF-8", "-layout", "paper.pdf", "-")).Split('\f')[..2].Should()
            .OnlyContain(page => page.Contains(Name) && page.Contains(Claims.Title) && page.Contains(Salt) && page.Contains(Id.ToString()));
        (await desk.Run("pdfimages", "-list", "paper.pdf")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(2, "no image stands below the heading");
        // Each is embedded, a part of a font, and says which letters it has.
        (await desk.Run("pdffonts", "paper.pdf")).Split('\n', StringSplitOptions.RemoveEmptyEntries)[2..].Should()
            .NotBeEmpty().And.OnlyContain(font => font.Contains("yes yes yes"));
        await desk.Run("pdftoppm", "-r", "200", "-gray", "-png", "paper.pdf", "page");
        foreach (var page in new[] { "page-1.png", "page-2.png" })
            (await desk.Run("zbarimg", "--nodbus", "-q", "--raw", page)).Trim().Should().Be(Link.AbsoluteUri);
    }

    [Fact]
    public async Task Other_programs_read_what_a_funder_asks_for()
    {
        using var desk = new Desk(RealisationPdf.Of(Id, Claims, Name, Salt, new("Les Ateliers", Representative: "Anaïs Żurek")));
        (await desk.Run("pdftotext", "-enc", "UTF-8", "-layout", "paper.pdf", "-")).Should()
            .Contain(Name).And.Contain("Anaïs Żurek").And.Contain("SIREN").And.Contain(Claims.Title);
    }

    /// <summary>A folder with a paper in it, and programs that look at it.</summary>
    private sealed class Desk : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tremplin-paper-");

        public Desk(byte[] paper) => File.WriteAllBytes(Path.Combine(_folder.FullName, "paper.pdf"), paper);

        public async Task<string> Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = _folder.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            process.ExitCode.Should().Be(0, "{0} said: {1}", program, said[1]);
            said[1].Should().BeEmpty("{0} found nothing wrong", program);
            return said[0];
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
