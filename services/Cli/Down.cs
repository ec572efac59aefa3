using System.CommandLine;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli;

/// <summary><c>down</c>: ends what <c>up</c> started, and nothing else.</summary>
internal static class Down
{
    public static Command Verb()
    {
        var purge = new Option<bool>("--purge") { Description = "Removes the data, the logs and the secrets as well." };
        var verb = new Command("down", "Ends the platform. Its data stays for the next up.") { purge };
        verb.SetAction((parsed, _) => RunAsync(parsed.GetValue(purge)));
        return verb;
    }

    private static async Task<int> RunAsync(bool purge)
    {
        if (PlatformState.In(PlatformState.Home) is not { } state)
        {
            Console.WriteLine($"No platform in {PlatformState.Home}.");
            return 0;
        }
        await state.EndAsync(purge);
        Console.WriteLine(purge ? $"Down, and {state.Folder} is removed." : $"Down. The data is in {state.Folder}.");
        return 0;
    }
}
