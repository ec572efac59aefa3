using System.Text.Json.Nodes;

namespace Tremplin.Platform.Rules;

/// <summary>How a schema differs from the one before it.</summary>
/// <param name="Subject">The field or the word that it is about.</param>
/// <param name="Text">A sentence.</param>
/// <param name="IsFault">Whether it breaks those who read or write by the older schema: it belongs into the next major version.</param>
internal sealed record Change(string Subject, string Text, bool IsFault)
{
    public override string ToString() => Text;
}

/// <summary>What may change between two minor versions: optional fields come, and words of an enumeration. Pure.</summary>
internal static class Compatibility
{
    // They say something to people only, or name the version itself.
    private static readonly string[] Silent = ["$schema", "$id", "title", "description"];
    private static readonly string[] Compared = [.. Silent, "properties", "required", "items", "enum", "type"];

    /// <summary>Every difference of form between two minor versions of one message.</summary>
    public static IReadOnlyList<Change> Between(JsonObject older, JsonObject newer) => [.. Changes("", older, newer)];

    private static IEnumerable<Change> Changes(string path, JsonObject older, JsonObject newer)
    {
        var subject = path.Split('/')[^1];
        if (Differ(older["type"], newer["type"]))
        {
            yield return new(subject, $"{path} was of the type {older["type"]} and is of the type {newer["type"]}.", true);
            yield break;
        }

        foreach (var keyword in older.Concat(newer).Select(k => k.Key).Distinct().Except(Compared).Where(k => Differ(older[k], newer[k])))
        {
            yield return new(
                subject, $"{path} is held to another {keyword}: {older[keyword]?.ToJsonString() ?? "none"} before, {newer[keyword]?.ToJsonString() ?? "none"} now.", true);
        }

        foreach (var change in Words(path, subject, older, newer).Concat(Fields(path, older, newer)))
            yield return change;
        if (older["items"] is JsonObject item && newer["items"] is JsonObject itemNow)
        {
            foreach (var change in Changes(path + "/*", item, itemNow))
                yield return change;
        }
        else if (Differ(older["items"], newer["items"]))
        {
            yield return new(subject, $"{path} has items of another kind.", true);
        }
    }

    private static IEnumerable<Change> Words(string path, string subject, JsonObject older, JsonObject newer)
    {
        if ((older["enum"], newer["enum"]) is not (JsonArray before, JsonArray now))
        {
            if (Differ(older["enum"], newer["enum"]))
                yield return new(subject, $"{path} was {(older["enum"] is null ? "free" : "one of some words")} and is not any more.", true);
            yield break;
        }

        var (words, wordsNow) = (before.Select(w => w!.ToString()).ToList(), now.Select(w => w!.ToString()).ToList());
        foreach (var word in words.Except(wordsNow))
            yield return new(word, $"{path} loses the word {word}.", true);
        foreach (var word in wordsNow.Except(words))
            yield return new(word, $"{path} gains the word {word}: who reads by the older schema does not know it.", false);
    }

    private static IEnumerable<Change> Fields(string path, JsonObject older, JsonObject newer)
    {
        var (before, now) = (older["properties"] as JsonObject ?? [], newer["properties"] as JsonObject ?? []);
        var (required, requiredNow) = (Required(older), Required(newer));
        var come = now.Where(f => !before.ContainsKey(f.Key)).ToDictionary(f => f.Key, f => f.Value!.AsObject(), StringComparer.Ordinal);
        foreach (var (name, field) in before.Where(f => !now.ContainsKey(f.Key)))
        {
            var likely = come.FirstOrDefault(f => !Changes("", field!.AsObject(), f.Value).Any()).Key;
            if (likely is not null)
                come.Remove(likely);
            yield return likely is null
                ? new(name, $"{path}/{name} is gone.", true)
                : new(name, $"{path}/{name} is gone; it seems to be named {likely} now.", true);
        }

        foreach (var name in come.Keys)
        {
            yield return requiredNow.Contains(name)
                ? new(name, $"{path}/{name} is new and required: what was written before has no such field.", true)
                : new(name, $"{path}/{name} is new and may be absent.", false);
        }

        foreach (var (name, field) in before.Where(f => now.ContainsKey(f.Key)))
        {
            if (required.Contains(name) != requiredNow.Contains(name))
            {
                yield return new(name, required.Contains(name)
                    ? $"{path}/{name} was always there and may be absent now."
                    : $"{path}/{name} could be absent and is required now.", true);
            }

            foreach (var change in Changes($"{path}/{name}", field!.AsObject(), now[name]!.AsObject()))
                yield return change;
        }
    }

    private static HashSet<string> Required(JsonObject schema) =>
        [.. (schema["required"] as JsonArray ?? []).Select(r => r!.GetValue<string>())];

    private static bool Differ(JsonNode? one, JsonNode? other) => !JsonNode.DeepEquals(one, other);
}
