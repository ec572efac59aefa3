using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tremplin.Certification.Credentials;

/// <summary>What a property stands for.</summary>
/// <param name="Iri">Its IRI.</param>
/// <param name="Value">
/// What its strings are: <c>text</c>; <c>node</c>, the IRI of one; <c>name</c>, a name of the same table; else the IRI of a datatype.
/// </param>
public sealed record Property(string Iri, string Value);

/// <summary>The terms of one JSON-LD context that our documents use.</summary>
/// <param name="Names">Types and other names, with their IRIs.</param>
/// <param name="Properties">Properties.</param>
public sealed record Vocabulary(IReadOnlyDictionary<string, string> Names, IReadOnlyDictionary<string, Property> Properties);

/// <summary>
/// The terms of our documents by context, from <c>terms.json</c>. The contexts themselves say far more; these are the few
/// that we use, of which none means one thing here and another there.
/// </summary>
public sealed class Terms
{
    private readonly IReadOnlyDictionary<string, Vocabulary> _contexts;

    private Terms(IReadOnlyDictionary<string, Vocabulary> contexts) => _contexts = contexts;

    /// <summary>The terms of everything that is signed here.</summary>
    public static Terms Ours { get; } = new(Embedded());

    /// <summary>These terms and those of one more context.</summary>
    public Terms With(string context, Vocabulary vocabulary) =>
        new(new Dictionary<string, Vocabulary>(_contexts, StringComparer.Ordinal) { [context] = vocabulary });

    /// <summary>The terms of a document with these contexts (its <c>@context</c>).</summary>
    /// <exception cref="InvalidDataException">A context is unknown, or the first is not that of W3C VC 2.0 (section 4.3).</exception>
    public Vocabulary Of(JsonNode? contexts)
    {
        var names = (contexts as JsonArray)?.Select(Words.Text).ToList() ?? [];
        if (names is not [Words.Credentials, ..] || names.FirstOrDefault(n => !_contexts.ContainsKey(n)) is not null)
            throw new InvalidDataException($"These are no contexts of ours: {contexts?.ToJsonString()}.");
        return new(
            names.Distinct().SelectMany(n => _contexts[n].Names).ToDictionary(StringComparer.Ordinal),
            names.Distinct().SelectMany(n => _contexts[n].Properties).ToDictionary(StringComparer.Ordinal));
    }

    private static Dictionary<string, Vocabulary> Embedded()
    {
        using var file = typeof(Terms).Assembly.GetManifestResourceStream("terms.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, Vocabulary>>(file, JsonSerializerOptions.Web)!;
    }
}
