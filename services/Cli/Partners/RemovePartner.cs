using System.CommandLine;

namespace Tremplin.Cli.Partners;

/// <summary><c>partner remove</c>: takes an account away.</summary>
internal static class RemovePartner
{
    public static Command Verb()
    {
        var id = Partner.Id();
        var verb = new Command("remove", "Removes a partner's account and its queues. Events and records stay.") { id };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(id)!, stop));
        return verb;
    }

    private static async Task<int> RunAsync(string id, CancellationToken stop)
    {
        using var access = PartnerAccess.ToPlatform();
        await access.RemoveAsync(id, stop);
        Console.WriteLine($"{id} is no partner any more. Tokens it holds are good until they expire, within the hour.");
        return 0;
    }
}
