using System.CommandLine;
using Spectre.Console;

namespace Tremplin.Cli.Audit;

/// <summary><c>audit</c>: what auditors ask. The exit code is 0 when it holds, 1 when it does not, 2 when it could not be found out.</summary>
internal static class Audit
{
    public static Command Verb()
    {
        var json = new Option<bool>("--json") { Description = "For programs." };
        // A table in a file is for reading, too.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 150;
        return new("audit", "Replays and proves what is stored.")
        {
            Timeline.Verb(json), State.Verb(json), Verify.Verb(json), Check.Compare(json), Check.Invariants(json), Reconcile.Verb(json),
        };
    }
}
