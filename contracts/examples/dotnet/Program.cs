// A partner's client: it applies, follows its learners, and keeps a copy that it can prove whole.
//
//     Partner ACCOUNT.json COPY.db apply APPLICATIONS.json    sends applications, and follows until each is answered
//     Partner ACCOUNT.json COPY.db follow [--settled]         keeps the copy; --settled: until it equals the platform's
//     Partner ACCOUNT.json COPY.db verify                     compares the copy's digest with the platform's
//     Partner ACCOUNT.json COPY.db digest                     prints the copy's digest, without any network
//
// ACCOUNT.json is what `./platform partner add ID --json` prints. Needs .NET 10: `dotnet run -- ACCOUNT.json ...`.
using System.Text.Json;

if (args is not ([_, _, "apply", _] or [_, _, "follow"] or [_, _, "follow", "--settled"] or [_, _, "verify"] or [_, _, "digest"]))
{
    Console.Error.WriteLine("usage: Partner ACCOUNT.json COPY.db apply APPLICATIONS.json | follow [--settled] | verify | digest");
    return 2;
}

using var partner = new Partner(Json(args[0]), args[1]);
switch (args[2..])
{
    case ["digest"]:
        Console.WriteLine(partner.Digest());
        return 0;
    case ["apply", var applications]:
        foreach (var application in Json(applications).EnumerateArray())
            partner.Ask("apply-for-training.v1", application, application.GetProperty("applicationRef").GetString());
        await partner.Follow(() => Task.FromResult(partner.OpenCommands() == 0));
        break;
    case ["follow", .. var options]:
        var settled = options.Length > 0;
        await partner.Follow(async () => settled && partner.OpenCommands() == 0 && await partner.IsWhole(), feed: true, settled);
        break;
}

var whole = await partner.IsWhole();
var (records, events) = (partner.Count("DISTINCT record"), partner.Count("*"));
Console.WriteLine($"{records} records, {events} events, digest {partner.Digest()}: {(whole ? "whole" : "not whole yet")}");
return whole ? 0 : 1;

static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(file)).RootElement;
