using System.CommandLine;

namespace Tremplin.Cli.Partners;

/// <summary><c>partner rotate</c>: new secrets in place of the old ones.</summary>
internal static class RotateSecrets
{
    public static Command Verb()
    {
        var (id, json) = (Partner.Id(), Partner.AsJson());
        var verb = new Command("rotate", "Gives a partner new secrets, shows them once, and closes its connections.") { id, json };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(id)!, parsed.GetValue(json), stop));
        return verb;
    }

    private static async Task<int> RunAsync(string id, bool json, CancellationToken stop)
    {
        using var access = PartnerAccess.ToPlatform();
        var account = await access.RotateAsync(id, stop);
        if (json)
        {
            Partner.Print(account);
            return 0;
        }
        Console.WriteLine($"{id} has new secrets. The old ones are refused, and its connections are closed.");
        Partner.Show(account);
        return 0;
    }
}
