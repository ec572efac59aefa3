using System.Text.Json.Nodes;

namespace Tremplin.Cli.Backups;

/// <summary>What a broker knows of users, permissions, policies and queues, without a single message.</summary>
internal static class Definitions
{
    /// <summary>The file.</summary>
    public const string Name = "definitions.json";

    /// <summary>
    /// What of them is given to another broker: everything of the partners. Administrators are those of the broker itself,
    /// and what the services talk over they make by themselves, as their version wants it.
    /// </summary>
    public static JsonObject Restorable(JsonObject all)
    {
        var administrators = List("users").Where(u => $"{u["tags"]}".Contains("administrator", StringComparison.Ordinal)).Select(u => $"{u["name"]}").ToHashSet(StringComparer.Ordinal);
        return new()
        {
            ["users"] = Of("users", u => !administrators.Contains($"{u["name"]}")),
            ["permissions"] = Of("permissions", p => !administrators.Contains($"{p["user"]}")),
            ["topic_permissions"] = Of("topic_permissions", p => !administrators.Contains($"{p["user"]}")),
            ["policies"] = Of("policies", _ => true),
            ["exchanges"] = Of("exchanges", e => Partners($"{e["name"]}") || $"{e["name"]}".StartsWith("training.", StringComparison.Ordinal)),
            ["queues"] = Of("queues", q => Partners($"{q["name"]}")),
            ["bindings"] = Of("bindings", b => Partners($"{b["destination"]}")),
        };

        IEnumerable<JsonObject> List(string name) => (all[name] as JsonArray ?? []).Select(o => o!.AsObject());

        JsonArray Of(string name, Func<JsonObject, bool> those) => [.. List(name).Where(those).Select(o => o.DeepClone())];

        static bool Partners(string name) => name.StartsWith("partner.", StringComparison.Ordinal);
    }
}
