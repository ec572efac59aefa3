using System.CommandLine;

namespace Tremplin.Cli.Partners;

/// <summary><c>partner list</c>: every account, and whether it is as it must be.</summary>
internal static class ListPartners
{
    public static Command Verb()
    {
        var json = Partner.AsJson();
        var verb = new Command("list", "Lists the partners: connections, queues, messages that wait, and what is not as it must be.") { json };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(json), stop));
        return verb;
    }

    private static async Task<int> RunAsync(bool json, CancellationToken stop)
    {
        using var access = PartnerAccess.ToPlatform();
        var states = await access.ListAsync(stop);
        if (json)
            Partner.Print(states);
        else
            Partner.Show(states);
        return 0;
    }
}
