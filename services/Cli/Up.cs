using System.CommandLine;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli;

/// <summary><c>up</c>: starts servers and services that outlive the command.</summary>
internal static class Up
{
    public static Command Verb()
    {
        var replicas = new Option<int>("--replicas") { Description = "How many of each service that stores events.", DefaultValueFactory = _ => 1 };
        var partners = new Option<string>("--partners") { Description = "At the first start: ids of partners that Identity shall know, separated by commas. Later: partner add.", DefaultValueFactory = _ => "" };
        var verb = new Command("up", $"Starts the platform and lets it run. Its data is in {PlatformState.Home} (TREMPLIN_HOME).") { replicas, partners };
        verb.SetAction((parsed, stop) => RunAsync(new PlatformOptions(
            PlatformState.Home, parsed.GetValue(replicas), Persistent: true, Partners: parsed.GetValue(partners)!), stop));
        return verb;
    }

    private static async Task<int> RunAsync(PlatformOptions options, CancellationToken stop)
    {
        if (PlatformState.In(options.Folder) is { Started: true } known)
        {
            if (await Status.ShowAsync(known, stop))
            {
                Console.WriteLine("It is up already.");
                return 0;
            }
            Console.WriteLine("Not all of it runs: what is left is ended first");
            await known.EndAsync(purge: false);
        }

        await using var platform = await Platform.StartAsync(options, Console.WriteLine, stop);
        platform.Record();
        await Status.ShowAsync(PlatformState.In(options.Folder)!, stop);
        Console.WriteLine($"Secrets of the clients: {Platform.ClientsFile(options.Folder)}");
        Console.WriteLine($"History of a training record, for auditors: {platform.Portal.Url}audit (sign in as auditor, with its secret)");
        Console.WriteLine($"""For example: curl -H "Authorization: Bearer $(./platform token platform)" {platform.Enrollment[0].Url}records""");
        return 0;
    }
}
