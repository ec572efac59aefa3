using System.Text.Json.Nodes;

namespace Tremplin.Cli.Partners;

/// <summary>Something that the broker must hold for a partner.</summary>
/// <param name="What">Names it to people.</param>
/// <param name="List">The list of the management API that it is in.</param>
/// <param name="Key">What tells it from the others of that list.</param>
/// <param name="Path">Where it is put.</param>
/// <param name="Body">What it must be.</param>
internal sealed record Setting(string What, string List, JsonObject Key, string Path, JsonObject Body)
{
    /// <summary>Where partners bind to their events, where they send their commands, and where each may bind to what is for all.</summary>
    public const string Events = "training.events", Commands = "training.commands", Notices = "training.notices";

    /// <summary>1 GiB waits for a partner at most, then the oldest goes: one that does not read never stops the others.</summary>
    private const long MostBytes = 1L << 30;

    /// <summary>A queue that nobody used for 30 days goes.</summary>
    private static readonly TimeSpan Unused = TimeSpan.FromDays(30);

    /// <summary>The exchanges, which all partners share, and the policy of a partner's queues. They can be there before the partner's user is.</summary>
    public static IReadOnlyList<Setting> Beforehand(string partner) => [Exchange(Events), Exchange(Commands), Exchange(Notices), new("policy", "policies/%2F",
        new() { ["name"] = Policy(partner) }, $"policies/%2F/{Policy(partner)}", new()
        {
            ["pattern"] = $@"^partner\.{partner}\.",
            ["apply-to"] = "queues",
            // One policy applies to a queue, and this one wins over a general one.
            ["priority"] = 10,
            ["definition"] = new JsonObject
            {
                ["max-length-bytes"] = MostBytes,
                ["overflow"] = "drop-head",
                ["expires"] = (long)Unused.TotalMilliseconds,
            },
        })];

    /// <summary>
    /// What the partner's user may do, in the order in which it must be allowed: on an exchange without topic permissions
    /// every key is allowed.
    /// </summary>
    public static IReadOnlyList<Setting> Permissions(string partner) =>
    [
        Topic(partner, Events, write: "^$", read: $@"^{partner}\..*"),
        Topic(partner, Commands, write: $@"^partner\.{partner}\.[a-z-]+\.v[0-9]+$", read: "^$"),
        new("permissions", "permissions", new() { ["user"] = partner, ["vhost"] = "/" }, $"permissions/%2F/{partner}", new()
        {
            ["configure"] = $@"^partner\.{partner}\..*",
            ["write"] = $@"^(partner\.{partner}\..*|training\.commands)$",
            ["read"] = $@"^(partner\.{partner}\..*|training\.events|training\.notices)$",
        }),
    ];

    /// <summary>The name of a partner's policy, which also marks a user of the broker as a partner's.</summary>
    public static string Policy(string partner) => $"partner-{partner}";

    /// <summary>True when the list has it, as it must be.</summary>
    public bool IsIn(IEnumerable<JsonObject> list) => list.Any(one => Agrees(one, Key) && Agrees(one, Body));

    private static bool Agrees(JsonObject one, JsonObject wanted) => wanted.All(field => JsonNode.DeepEquals(one[field.Key], field.Value));

    private static Setting Exchange(string name) => new($"exchange {name}", "exchanges/%2F", new() { ["name"] = name }, $"exchanges/%2F/{name}",
        new() { ["type"] = "topic", ["durable"] = true, ["auto_delete"] = false, ["internal"] = false, ["arguments"] = new JsonObject() });

    private static Setting Topic(string partner, string exchange, string write, string read) => new($"topic permissions on {exchange}", "topic-permissions",
        new() { ["user"] = partner, ["vhost"] = "/", ["exchange"] = exchange }, $"topic-permissions/%2F/{partner}",
        new() { ["exchange"] = exchange, ["write"] = write, ["read"] = read });
}
