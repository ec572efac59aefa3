using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Partners;

namespace Tremplin.Cli.Sandbox;

/// <summary>
/// <c>sandbox</c>: a platform for whoever writes a partner's client, with an account and every message. Beside the containers
/// of <c>docker-compose.yml</c> (profile <c>sandbox</c>): an account there.
/// </summary>
internal static class Sandbox
{
    private const int Widest = 140;

    public static Command Verb()
    {
        var partner = new Option<string>("--partner") { Description = "The id of the partner that is made.", DefaultValueFactory = _ => "sandbox" };
        var once = new Option<bool>("--once") { Description = "Ends by itself when all was played; otherwise it stays up until Ctrl-C." };
        var verb = new Command("sandbox", "Starts a platform with a partner, and plays every message that a partner can get. It is gone afterwards.") { partner, once };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(partner)!, parsed.GetValue(once), stop));
        return verb;
    }

    private static async Task<int> RunAsync(string id, bool once, CancellationToken stop)
    {
        if (PlatformState.In(PlatformState.Home) is { InContainers: true } containers)
            return await BesideAsync(containers, id, stop);
        var folder = Directory.CreateTempSubdirectory("tremplin-sandbox-").FullName;
        await using var platform = await Platform.StartAsync(new(folder, SimulatedClock: true), AnsiConsole.WriteLine, stop);
        platform.Record();
        using var api = new Api(platform);
        using var access = PartnerAccess.To(platform);
        var account = await access.AddAsync(id, stop: stop);
        var file = Path.Combine(folder, "account.json");
        PrivateFile.Write(file, JsonSerializer.Serialize(account, Partner.Json) + "\n");
        await using var line = await PartnerLine.Open(account.Amqp!, Show);
        Line($"The account of the partner {id}: {file}");
        Line($"Its queue, in which everything waits for your client: partner.{id}.inbox");
        Line("→ what the partner sends   ← what it gets");
        var now = DateTimeOffset.UtcNow;
        do
        {
            now = await new Script(platform.SetClock, api, line).Run(now);
            var types = line.Heard.Select(PartnerLine.Name).Distinct().Count();
            Line($"{types} types of messages, {line.Heard.Count} messages. Follow them with a client of yours, or with ours:");
            Line($"  python3 contracts/examples/python/partner.py {file} copy.db follow --settled");
            if (!once)
                Line("Enter plays it again; Ctrl-C ends it and leaves nothing behind.");
        }
        while (!once && await Again(stop));
        return 0;
    }

    /// <summary>Makes the account, and plays once what needs no days to pass. The file with the account says that it was done.</summary>
    private static async Task<int> BesideAsync(PlatformState state, string id, CancellationToken stop)
    {
        var file = Path.Combine(state.Folder, $"{id}.json");
        if (!File.Exists(file))
        {
            using var access = PartnerAccess.ToPlatform();
            var account = await access.AddAsync(id, stop: stop);
            // Broken off before, its secrets were shown to nobody.
            if (account.Amqp is null)
                account = await access.RotateAsync(id, stop);
            using var api = new Api(state.Client);
            // In here the broker has another address than outside.
            await using var line = await PartnerLine.Open(account.Amqp! with { Uri = $"amqp://{state.RabbitMq.Authority}/" }, Show);
            await new Script(tellTime: null, api, line).Run(DateTimeOffset.UtcNow);
            PrivateFile.Write(file, JsonSerializer.Serialize(account, Partner.Json) + "\n");
        }
        Line($"The account of the partner {id}: docker compose exec sandbox cat {file}");
        Line($"Its queue, in which everything waits for your client: partner.{id}.inbox");
        // As a container it stays, so that whoever waits for its health does not see it end.
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return 0;
    }

    private static async Task<bool> Again(CancellationToken stop)
    {
        try
        {
            // In a terminal ReadLineAsync does not look at its token. Without a keyboard it stays up until it is told to end.
            if (await Task.Run(Console.In.ReadLine, stop).WaitAsync(stop) is null)
                await Task.Delay(Timeout.Infinite, stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static void Show(string arrow, string name, JsonElement message)
    {
        var about = message.TryGetProperty("subject", out var record)
            ? $"{record.GetString()![^12..]} v{message.GetProperty("recordversion")}{(message.TryGetProperty("replay", out _) ? ", replay" : "")}"
            : message.TryGetProperty("data", out var data) ? data.GetRawText() : message.GetRawText();
        var line = $"{arrow} {name,-42} {about}";
        Line(line.Length > Widest ? line[..(Widest - 1)] + "…" : line);
    }

    // As it is: no markup, and no line breaks that would cut a path.
    private static void Line(string text) => AnsiConsole.Console.Profile.Out.Writer.WriteLine(text);
}
