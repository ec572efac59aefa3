using System.CommandLine;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli;

/// <summary><c>token</c>: an access token, for use with curl.</summary>
internal static class Token
{
    public static Command Verb()
    {
        var client = new Argument<string>("client") { Description = "The client to be, for example platform or auditor." };
        var verb = new Command("token", "Prints an access token of the platform that is up.") { client };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(client)!, stop));
        return verb;
    }

    private static async Task<int> RunAsync(string client, CancellationToken stop)
    {
        var state = PlatformState.In(PlatformState.Home) ?? throw new InvalidOperationException($"No platform in {PlatformState.Home}.");
        using var credentials = new ClientCredentials(state.Authority, Platform.ClientsFile(state.Folder), client);
        Console.WriteLine(await credentials.TokenAsync(stop));
        return 0;
    }
}
