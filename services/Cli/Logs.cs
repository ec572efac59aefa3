using System.CommandLine;
using System.Diagnostics;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli;

/// <summary><c>logs</c>: the last lines of services and servers.</summary>
internal static class Logs
{
    public static Command Verb()
    {
        var service = new Argument<string>("service") { Description = "For example enrollment, or postgres. All when left out.", DefaultValueFactory = _ => "" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Shows new lines as they come." };
        var verb = new Command("logs", "Shows the last lines of the logs.") { service, follow };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(service)!, parsed.GetValue(follow), stop));
        return verb;
    }

    private static async Task<int> RunAsync(string service, bool follow, CancellationToken stop)
    {
        string[] folders = [Path.Combine(PlatformState.Home, "logs"), Path.Combine(PlatformState.Home, "servers", "logs")];
        string[] files = [.. folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.log"))
            .Where(file => Path.GetFileName(file).StartsWith(service, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        if (files.Length == 0)
            throw new InvalidOperationException($"No log of {(service is "" ? "a platform" : service)} in {PlatformState.Home}.");
        using var tail = Process.Start(new ProcessStartInfo("tail", (string[])["-n", "100", follow ? "-F" : "-v", .. files]))!;
        try
        {
            await tail.WaitForExitAsync(stop);
        }
        finally
        {
            tail.Kill();
        }
        return tail.ExitCode;
    }
}
