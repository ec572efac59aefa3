using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Tremplin.Cli.Audit;

/// <summary><c>audit timeline</c>: what happened to a training record in all services, and what led to what.</summary>
internal static class Timeline
{
    private const int Wide = 120;

    public static Command Verb(Option<bool> json)
    {
        var id = new Argument<Guid>("id") { Description = "A training record, a learner, a certificate, or any other stream." };
        var verb = new Command("timeline", "Shows the events about one record in all services, with their causes.") { id, json };
        verb.SetAction(async (parsed, stop) =>
        {
            using var auditor = Auditor.OfHome();
            var all = await Of(auditor, parsed.GetValue(id), stop);
            if (all.Count == 0)
                throw new InvalidOperationException($"No service knows a record, a learner or a stream {parsed.GetValue(id)}.");
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(all, JsonSerializerOptions.Web));
            else
                all.ForEach(Show);
            return 0;
        });
        return verb;
    }

    /// <summary>The timeline of a record or stream; of a learner those of each record. None where nobody knows the id.</summary>
    public static async Task<List<Story>> Of(Auditor auditor, Guid id, CancellationToken stop)
    {
        if (await Read($"record={id}") is { Count: > 0 } about)
            return [await Told(id, about)];
        var stories = new List<Story>();
        await foreach (var record in auditor.Lines("enrollment", $"records?learner={id}", stop))
            stories.AddRange(await Of(auditor, record.GetProperty("record").GetGuid(), stop));
        if (await Read($"stream={id}") is not { Count: > 0 } own)
            return stories;
        // A certificate leads to its record; a cohort, a learner or an organisation is a story of its own.
        return own.Find(e => e.GetProperty("streamtype").GetString() == "certificate") is { ValueKind: JsonValueKind.Object } issued
            ? await Of(auditor, issued.GetProperty("correlationid").GetGuid(), stop)
            : [.. stories, await Told(id, own)];

        async Task<List<JsonElement>> Read(string scope)
        {
            var found = new List<JsonElement>();
            foreach (var service in Auditor.Services)
            {
                await foreach (var e in auditor.Lines(service, "events?" + scope, stop))
                    found.Add(e);
            }

            return found;
        }

        async Task<Story> Told(Guid of, List<JsonElement> events)
        {
            // What led to these from elsewhere, such as the sealing of a half-day, belongs to the picture.
            var known = events.Select(e => e.GetProperty("id").GetGuid()).ToHashSet();
            var causes = events.Select(Cause).OfType<Guid>().Where(c => !known.Contains(c)).Distinct().ToList();
            foreach (var chunk in causes.Chunk(100))
                events.AddRange(await Read(string.Join('&', chunk.Select(c => $"id={c}"))));
            return new(of, Ordered(events, known));
        }
    }

    /// <summary>By the time at which each was recorded; yet nothing stands before what led to it, whatever the clocks say.</summary>
    private static List<Step> Ordered(List<JsonElement> events, HashSet<Guid> own)
    {
        var byId = events.ToDictionary(e => e.GetProperty("id").GetGuid());
        var when = new Dictionary<Guid, (DateTimeOffset Time, int Depth)>();
        var order = byId.Keys.OrderBy(id => When(id)).ThenBy(id => byId[id].GetProperty("sequence").GetString(), StringComparer.Ordinal).ToList();
        return [.. order.Select(id => new Step(
            byId[id], own.Contains(id), Cause(byId[id]) is { } cause && order.IndexOf(cause) is >= 0 and var at ? at + 1 : null))];

        (DateTimeOffset Time, int Depth) When(Guid id)
        {
            if (when.TryGetValue(id, out var known))
                return known;
            var time = byId[id].GetProperty("recordedtime").GetDateTimeOffset();
            when[id] = (time, 0);
            if (Cause(byId[id]) is { } cause && byId.ContainsKey(cause) && When(cause) is var before && before.Time >= time)
                when[id] = (before.Time, before.Depth + 1);
            return when[id];
        }
    }

    private static Guid? Cause(JsonElement e) => e.TryGetProperty("causationid", out var cause) && cause.TryGetGuid(out var id) ? id : null;

    private static void Show(Story story)
    {
        var wide = AnsiConsole.Profile.Width >= Wide;
        var table = new Table().Border(TableBorder.Rounded).Title($"{story.Id}")
            .AddColumn(new TableColumn("").RightAligned().NoWrap()).AddColumn(new TableColumn("Occurred (UTC)").NoWrap());
        foreach (var heading in wide ? ["Recorded (UTC)", "Service"] : Array.Empty<string>())
            table.AddColumn(new TableColumn(heading).NoWrap());
        table.AddColumns("What", "By").AddColumn(new TableColumn("Because of").NoWrap());
        foreach (var (number, step) in story.Steps.Index())
        {
            var e = step.Event;
            string Text(string name) => e.TryGetProperty(name, out var value) ? Markup.Escape(value.ToString()) : "";
            var (colour, service) = (step.Own ? Colour(Text("source")) : "grey", Text("source").TrimStart('/'));
            table.AddRow(
            [
                $"{number + 1}", Time(Text("time"), "yyyy-MM-dd HH:mm"),
                .. wide ? [Time(Text("recordedtime"), "MM-dd HH:mm:ss.fff"), $"[{colour}]{service}[/]"] : Array.Empty<string>(),
                $"[{colour}]{What(e)}[/]{(step.Own ? $" v{Text("streamversion")}" : "")}",
                wide ? $"{Text("actor")}, {Text("organisation")}" : Text("actor"),
                step.Because is { } cause ? $"{cause}" : $"[grey]{Text("causationid")[..8]}[/]",
            ]);
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine("[grey]Because of: the number of the event that led to it, or the first digits of the command. Grey: an event that led to one of these and is not about this record alone.[/]");

        static string Time(string text, string format) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time)
            ? time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture) : "";

        static string Colour(string source) => source switch { "/enrollment" => "blue", "/scheduling" => "green", _ => "yellow" };
    }

    /// <summary>A stored type's name for people: <c>training-record: seat confirmed</c>.</summary>
    public static string What(JsonElement e) => Words(e.GetProperty("type").GetString()!);

    /// <inheritdoc cref="What"/>
    public static string Words(string type)
    {
        var name = type.StartsWith(Ledger.Entry.Domain, StringComparison.Ordinal) ? type[Ledger.Entry.Domain.Length..] : type;
        var parts = name.Split('.');
        return Markup.Escape(parts.Length < 2 ? name : $"{parts[0]}: {parts[1].Replace('-', ' ')}");
    }

    /// <summary>The events about one thing, in order.</summary>
    internal sealed record Story(Guid Id, IReadOnlyList<Step> Steps);

    /// <summary>One event.</summary>
    /// <param name="Event">As the ledger holds it.</param>
    /// <param name="Own">False where it only led to one of the others.</param>
    /// <param name="Because">The number of the step that led to it, from 1; null where a command did.</param>
    internal sealed record Step(JsonElement Event, bool Own, int? Because);
}
