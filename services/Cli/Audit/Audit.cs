using System.CommandLine;

namespace Tremplin.Cli.Audit;

/// <summary><c>audit</c>: what auditors ask. The exit code is 0 when it holds, 1 when it does not, 2 when it could not be found out.</summary>
internal static class Audit
{
    public static Command Verb()
    {
        var json = new Option<bool>("--json") { Description = "For programs." };
        return new("audit", "Replays and proves what is stored.") { Verify.Verb(json) };
    }
}
