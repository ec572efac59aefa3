using System.Diagnostics;
using System.Text.RegularExpressions;
using Tremplin.Cli.Machine;

namespace Tremplin.Scenarios;

/// <summary>The demo as a newcomer runs it, on a platform of its own.</summary>
public sealed partial class DemoToItsEnd
{
    [Fact]
    public async Task The_demo_ends_by_itself_with_certificates_and_leaves_no_process_behind()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(SourceTree.Built("Cli"), "Tremplin.Cli.dll"), "demo", "--once"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["COLUMNS"] = "100";
        using var demo = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        var (output, errors) = (demo.StandardOutput.ReadToEndAsync(patience.Token), demo.StandardError.ReadToEndAsync(patience.Token));
        await demo.WaitForExitAsync(patience.Token);
        var said = await output;

        demo.ExitCode.Should().Be(0, "it said: {0}{1}", await errors, said);
        Figure(said, "Applications in the file").Should().Be(1236);
        said.Should().Contain("Cohort cancelled").And.Contain("What funders read").And.Contain("Nouvelle-Calédonie");
        Figure(said, "Changed to another cohort").Should().Be(1);
        Figure(said, "Attendance corrected").Should().Be(1);
        Figure(said, "Certificates").Should().BePositive();
        Figure(said, "Memory of the services").Should().BeLessThan(1200, "megabytes, all services together");
        var folder = Folder().Match(said).Value;
        folder.Should().NotBeEmpty();
        Directory.Exists(folder).Should().BeFalse();
    }

    private static int Figure(string said, string what) =>
        int.Parse(new string([.. Regex.Match(said, $@"{what} +│ +([\d  ]+)", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value.Where(char.IsAsciiDigit)]),
            System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[^\s=]*/tremplin-demo-\w+", RegexOptions.None, 1000)]
    private static partial Regex Folder();
}
