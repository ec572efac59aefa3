using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Tremplin.Cli.Audit;

/// <summary><c>audit state</c>: a stream as it was at any version or time, what each event changed, and why a field is what it is.</summary>
internal static class State
{
    public static Command Verb(Option<bool> json)
    {
        var id = new Argument<Guid>("stream") { Description = "A training record, cohort, session, completion file, certificate, learner or organisation." };
        var version = new Option<int?>("--version") { Description = "After this many events." };
        var asOf = new Option<DateTimeOffset?>("--as-of") { Description = "As it was at this time: what had happened by then." };
        var asKnown = new Option<DateTimeOffset?>("--as-known") { Description = "As it was known at this time: what had been recorded by then." };
        var why = new Option<string?>("--why") { Description = "A field, such as status or seat/cohortId: every event that changed it." };
        var verb = new Command("state", "Shows a stream at a version or time, with the fields that each event changed.") { id, version, asOf, asKnown, why, json };
        verb.SetAction(async (parsed, stop) =>
        {
            using var auditor = Auditor.OfHome();
            List<string> when =
            [
                .. parsed.GetValue(version) is { } v ? [$"version={v.ToString(CultureInfo.InvariantCulture)}"] : Array.Empty<string>(),
                .. parsed.GetValue(asOf) is { } of ? [$"asOf={Uri.EscapeDataString(of.ToString("O", CultureInfo.InvariantCulture))}"] : Array.Empty<string>(),
                .. parsed.GetValue(asKnown) is { } known ? [$"asKnown={Uri.EscapeDataString(known.ToString("O", CultureInfo.InvariantCulture))}"] : Array.Empty<string>(),
            ];
            if (when.Count > 1)
                throw new InvalidOperationException("Give one of --version, --as-of and --as-known.");
            // A record's completion file has the record's id.
            var streams = new List<JsonElement>();
            foreach (var service in Auditor.Services)
            {
                if (await auditor.Get(service, $"streams/{parsed.GetValue(id)}?{string.Concat(when)}", stop) is { } stream)
                    streams.Add(stream);
            }

            if (streams.Count == 0)
                throw new InvalidOperationException($"No service has a stream {parsed.GetValue(id)} with {(when.Count > 0 ? when[0] : "any event")}.");
            var field = parsed.GetValue(why) is { } asked ? "/" + asked.TrimStart('/') : null;
            if (field is not null && !streams.Exists(s => Changes(s, field).Any()))
                throw new InvalidOperationException($"No event changed a field {field[1..]}.");
            if (field is not null)
                streams.RemoveAll(s => !Changes(s, field).Any());
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(streams, JsonSerializerOptions.Web));
            else
                streams.ForEach(stream => Show(stream, field));
            return 0;
        });
        return verb;
    }

    private static IEnumerable<(JsonElement Event, JsonElement Change)> Changes(JsonElement stream, string? field) =>
        from e in stream.GetProperty("history").EnumerateArray()
        from change in e.GetProperty("changed").EnumerateArray()
        let name = change.GetProperty("field").GetString()!
        // A field inside of one that came or went as a whole counts, and so does what is inside of the one that is asked for.
        where field is null || name == field || name.StartsWith(field + "/", StringComparison.Ordinal) || field.StartsWith(name + "/", StringComparison.Ordinal)
        select (e, change);

    private static void Show(JsonElement stream, string? field)
    {
        var changes = new Table().Border(TableBorder.Simple)
            .Title($"{stream.GetProperty("type")} {stream.GetProperty("stream")}, version {stream.GetProperty("version")} of {stream.GetProperty("of")} ({stream.GetProperty("service")})")
            .AddColumn(new TableColumn("Version").RightAligned()).AddColumns("Occurred (UTC)", "Event", "By", "Field", "Was", "Is");
        var shown = 0L;
        foreach (var (e, change) in Changes(stream, field))
        {
            var again = e.GetProperty("version").GetInt64() == shown;
            shown = e.GetProperty("version").GetInt64();
            changes.AddRow(
                again ? "" : $"{shown}", again ? "" : e.GetProperty("occurredAt").GetDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                again ? "" : Timeline.Words(e.GetProperty("type").GetString()!), again ? "" : Markup.Escape(e.GetProperty("actor").GetString()!),
                Markup.Escape(change.GetProperty("field").GetString()![1..]), $"[grey]{Value(change.GetProperty("was"))}[/]", Value(change.GetProperty("is")));
        }

        AnsiConsole.Write(changes);
        if (field is not null)
            return;
        var state = new Table().Border(TableBorder.Simple).Title("The state").AddColumns("Field", "Value");
        foreach (var (name, value) in Leaves("", stream.GetProperty("state")))
            state.AddRow(Markup.Escape(name), Value(value));
        AnsiConsole.Write(state);
    }

    private static IEnumerable<(string Name, JsonElement Value)> Leaves(string at, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any()
            ? value.EnumerateObject().SelectMany(m => Leaves(at.Length == 0 ? m.Name : $"{at}/{m.Name}", m.Value))
            : [(at, value)];

    private static string Value(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.Null ? "" : value.ToString();
        var widest = Math.Max(20, (AnsiConsole.Profile.Width - 60) / 2);
        return Markup.Escape(text.Length > widest ? text[..(widest - 1)] + "…" : text);
    }
}
