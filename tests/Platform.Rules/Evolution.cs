using System.Text.Json.Nodes;

namespace Tremplin.Platform.Rules;

/// <summary>A minor version of a message: its schema and a message that follows it.</summary>
internal sealed record MinorVersion(JsonObject Schema, JsonNode Example)
{
    /// <summary>Stream, event and version, minor too.</summary>
    public string Name => ((string)Schema["$id"]!)[Rules.Schema.Urn.Length..];

    public override string ToString() => (string)Schema["$id"]!;
}

/// <summary>What the minor versions of one message owe to each other. Pure.</summary>
internal static class Evolution
{
    /// <summary>
    /// Each example follows its own schema, that of every newer version, and that of every older one; and no version takes
    /// back what an older one promised.
    /// </summary>
    public static IReadOnlyList<string> Faults(IReadOnlyList<MinorVersion> minors) =>
    [
        .. from written in minors
           from read in minors
           from fault in Schema.Faults(read.Schema, written.Example)
           select $"{written}, read by {read}: {fault}",
        .. from newer in minors.Index()
           from older in minors.Take(newer.Index)
           from change in Compatibility.Between(older.Schema, newer.Item.Schema)
           where change.IsFault
           select $"{newer.Item} after {older}: {change}",
    ];

    /// <summary>What each version brought.</summary>
    public static IEnumerable<(MinorVersion Minor, Change Change)> News(IReadOnlyList<MinorVersion> minors) =>
        from pair in minors.Zip(minors.Skip(1))
        from change in Compatibility.Between(pair.First.Schema, pair.Second.Schema)
        select (pair.Second, change);
}

/// <summary>What is published: the files under contracts.</summary>
internal static class Committed
{
    public static JsonObject Json(string file) => JsonNode.Parse(Tree.Read(file))!.AsObject();

    /// <summary>The minor versions of a message, oldest first.</summary>
    public static IReadOnlyList<MinorVersion> Of(string name) =>
    [
        .. Enumerable.Range(0, Code.Public.Single(c => c.Name == name).Minor + 1)
            .Select(m => new MinorVersion(Json($"contracts/schemas/{name}.{m}.json"), Json($"contracts/examples/messages/{name}.{m}.json"))),
    ];
}
