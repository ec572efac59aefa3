using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tremplin.Certification.Credentials;

/// <summary>
/// The canonical N-Quads of a document (RDFC-1.0), without a JSON-LD library: its terms are in a table, and nodes without an
/// id are told apart by what is said of them, which is the first of the two hashes of RDFC-1.0 (section 4.6).
/// </summary>
public static class NQuads
{
    // The context of Open Badges writes https in the datatypes of XML Schema, which are named with http. So it is signed.
    private const string Boolean = "https://www.w3.org/2001/XMLSchema#boolean";

    /// <summary>The lines, in order, each with its end.</summary>
    /// <exception cref="InvalidDataException">
    /// A term is not in the table, a value is of another kind, or two nodes without an id are alike (the second hash would be needed).
    /// </exception>
    public static string Of(JsonObject document, Terms? terms = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        var walk = new Walk((terms ?? Terms.Ours).Of(document["@context"]));
        walk.Node(document, isDocument: true);
        var quads = walk.Quads.Distinct().ToList();
        var hashes = quads.SelectMany(q => new[] { q.Subject, q.Object }).Where(IsBlank).Distinct()
            .ToDictionary(b => b, b => FirstDegree(b, quads), StringComparer.Ordinal);
        if (hashes.Values.Distinct().Count() < hashes.Count)
            throw new InvalidDataException("Two nodes without an id are alike.");
        var labels = hashes.OrderBy(h => h.Value, StringComparer.Ordinal).Index()
            .ToDictionary(h => h.Item.Key, h => $"_:c14n{h.Index.ToString(CultureInfo.InvariantCulture)}", StringComparer.Ordinal);
        return Lines(quads, node => labels.GetValueOrDefault(node, node));
    }

    private static string FirstDegree(string blank, IEnumerable<Quad> quads) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Lines(
        quads.Where(q => q.Subject == blank || q.Object == blank),
        node => !IsBlank(node) ? node : node == blank ? "_:a" : "_:z"))));

    private static bool IsBlank(string node) => node.StartsWith("_:", StringComparison.Ordinal);

    private static string Lines(IEnumerable<Quad> quads, Func<string, string> label) => string.Concat(
        quads.Select(q => $"{label(q.Subject)} {q.Predicate} {label(q.Object)} .\n").Order(StringComparer.Ordinal));

    private readonly record struct Quad(string Subject, string Predicate, string Object);

    private sealed class Walk(Vocabulary terms)
    {
        private int _blanks;

        public List<Quad> Quads { get; } = [];

        public string Node(JsonObject node, bool isDocument = false)
        {
            var subject = node["id"] is { } id ? Iri(Words.Text(id)) : $"_:b{(_blanks++).ToString(CultureInfo.InvariantCulture)}";
            foreach (var (term, value) in node)
            {
                if (term == "id" || (term == "@context" && isDocument))
                    continue;
                var property = terms.Properties.GetValueOrDefault(term) ?? throw new InvalidDataException($"The term '{term}' is unknown.");
                foreach (var item in value as IEnumerable<JsonNode?> ?? [value])
                    Quads.Add(new(subject, $"<{property.Iri}>", item is JsonObject inner ? Node(inner) : Value(property.Value, item)));
            }

            return subject;
        }

        private string Value(string kind, JsonNode? value) => kind switch
        {
            "node" => Iri(Words.Text(value)),
            "name" => terms.Names.TryGetValue(Words.Text(value), out var iri) ? Iri(iri) : throw new InvalidDataException($"The name {value} is unknown."),
            "text" => Literal(Words.Text(value)),
            Boolean => $"{Literal(value?.GetValueKind() switch { JsonValueKind.True => "true", JsonValueKind.False => "false", _ => Words.Text(value) })}^^<{Boolean}>",
            _ => $"{Literal(Words.Text(value))}^^<{kind}>",
        };

        private static string Iri(string iri) =>
            Uri.TryCreate(iri, UriKind.Absolute, out _) && char.IsAsciiLetter(iri[0]) && !iri.Any(c => c <= ' ' || "<>\"{}|^`\\".Contains(c, StringComparison.Ordinal))
                ? $"<{iri}>"
                : throw new InvalidDataException($"'{iri}' is no IRI.");

        /// <summary>RDF 1.2 N-Quads, canonical form: what has a short escape has it, and other control characters a number.</summary>
        private static string Literal(string text)
        {
            var line = new StringBuilder("\"");
            foreach (var c in text)
            {
                _ = c switch
                {
                    '\b' => line.Append("\\b"),
                    '\t' => line.Append("\\t"),
                    '\n' => line.Append("\\n"),
                    '\f' => line.Append("\\f"),
                    '\r' => line.Append("\\r"),
                    '"' => line.Append("\\\""),
                    '\\' => line.Append("\\\\"),
                    < ' ' or '\x7F' => line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                    _ => line.Append(c),
                };
            }

            return line.Append('"').ToString();
        }
    }
}
