using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Sandbox;
using Tremplin.Contracts.Partners.V1;

namespace Tremplin.Scenarios;

/// <summary>The sandbox for those who write a partner's client.</summary>
public sealed partial class EveryMessage(OnePlatform one)
{
    [Fact]
    public async Task The_sandbox_sends_each_of_them_from_the_services_themselves()
    {
        using var access = Cli.Partners.PartnerAccess.To(one.Platform);
        var sent = new List<string>();
        var account = await access.AddAsync("sandbox");
        await using (var line = await PartnerLine.Open(account.Amqp!, (arrow, name, _) => sent.Add(arrow + name)))
        {
            // Twice, as whoever presses Enter has it.
            var until = await new Script(one.Platform.SetClock, one.Api, line).Run(OnePlatform.Start);
            await new Script(one.Platform.SetClock, one.Api, line).Run(until);
        }

        one.Platform.SetClock(OnePlatform.Start);
        var contracts = typeof(PublicEventAttribute).Assembly.GetTypes();
        sent.Where(s => s[0] == '←').Select(s => s[1..]).Distinct().Should().BeEquivalentTo(
            contracts.Select(t => t.GetCustomAttribute<PublicEventAttribute>()?.Name).OfType<string>(), "every event comes");
        sent.Where(s => s[0] == '→').Select(s => s[1..]).Distinct().Should().BeEquivalentTo(
            contracts.Select(t => t.GetCustomAttribute<PublicCommandAttribute>()?.Name).OfType<string>(), "every command is sent");
        await access.RemoveAsync("sandbox");
    }

    [Fact]
    public async Task In_a_terminal_Enter_plays_it_again_and_Ctrl_C_leaves_nothing_behind()
    {
        // script gives it a terminal. exec, for a shell between them may end by the Ctrl-C itself and hide the exit code.
        var start = new ProcessStartInfo("script", ["-qec", $"exec dotnet {Path.Combine(SourceTree.Built("Cli"), "Tremplin.Cli.dll")} sandbox", "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var terminal = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1.5));
        var said = await UntilItWaits();
        await terminal.StandardInput.WriteAsync('\r');
        await terminal.StandardInput.FlushAsync(patience.Token);
        said += await UntilItWaits();
        await terminal.StandardInput.WriteAsync('\x3');
        await terminal.StandardInput.FlushAsync(patience.Token);
        await terminal.WaitForExitAsync(patience.Token);

        terminal.ExitCode.Should().Be(0, "it said: {0}", said);
        var folder = Folder().Match(said).Value;
        folder.Should().NotBeEmpty();
        Directory.Exists(folder).Should().BeFalse();

        async Task<string> UntilItWaits()
        {
            var read = "";
            while (await terminal.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                read += line + "\n";
                if (line.Contains("Ctrl-C", StringComparison.Ordinal))
                    return read;
            }

            throw new InvalidOperationException("It ended: " + read);
        }
    }

    [GeneratedRegex(@"[^\s=]*/tremplin-sandbox-\w+", RegexOptions.None, 1000)]
    private static partial Regex Folder();
}
