using System.CommandLine;

namespace Tremplin.Cli.Partners;

/// <summary><c>partner add</c>: makes an account, or repairs one.</summary>
internal static class AddPartner
{
    public static Command Verb()
    {
        var (id, connections, channels, json) = (Partner.Id(), Partner.AtMost("connections"), Partner.AtMost("channels"), Partner.AsJson());
        var verb = new Command("add", "Makes a partner's account and shows its secrets once. One that exists is repaired, and its secrets stay.") { id, connections, channels, json };
        verb.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(id)!, parsed.GetValue(connections), parsed.GetValue(channels), parsed.GetValue(json), stop));
        return verb;
    }

    private static async Task<int> RunAsync(string id, int? connections, int? channels, bool json, CancellationToken stop)
    {
        using var access = PartnerAccess.ToPlatform();
        var account = await access.AddAsync(id, connections, channels, stop);
        if (json)
        {
            Partner.Print(account);
            return 0;
        }
        Console.WriteLine(account switch
        {
            { Created: true } => $"{id} is a partner now.",
            { Repaired.Count: 0 } => $"{id} is a partner already, and all is in order. Its secrets stay as they are.",
            _ => $"{id} was a partner already. Put right: {string.Join(", ", account.Repaired)}. Its other secrets stay as they are.",
        });
        Partner.Show(account);
        return 0;
    }
}
