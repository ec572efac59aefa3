using System.CommandLine;

namespace Tremplin.Cli.Partners;

/// <summary><c>partner limits</c>: what a partner may have open at once.</summary>
internal static class LimitPartner
{
    public static Command Verb()
    {
        var (id, connections, channels, json) = (Partner.Id(), Partner.AtMost("connections"), Partner.AtMost("channels"), Partner.AsJson());
        var verb = new Command("limits", "Shows a partner's limits, after changing those that are given.") { id, connections, channels, json };
        verb.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(id)!, parsed.GetValue(connections), parsed.GetValue(channels), parsed.GetValue(json), stop));
        return verb;
    }

    private static async Task<int> RunAsync(string id, int? connections, int? channels, bool json, CancellationToken stop)
    {
        using var access = PartnerAccess.ToPlatform();
        var state = await access.LimitsAsync(id, connections, channels, stop);
        if (json)
            Partner.Print(state);
        else
            Partner.Show([state]);
        return 0;
    }
}
