using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using NJsonSchema;
using Tremplin.Enrollment.Partners;

namespace Tremplin.Platform.Rules;

/// <summary>
/// The JSON Schema (2020-12) of a public message, envelope and all, written from its record and the record's comments.
/// Only keywords that mean the same in every draft since 6, so that any validator will do, ours too.
/// </summary>
internal static class Schema
{
    /// <summary>What the name of every schema begins with.</summary>
    public const string Urn = "urn:tremplin:schema:";

    /// <summary>Every keyword that is used.</summary>
    public static readonly IReadOnlySet<string> Keywords = new HashSet<string>(StringComparer.Ordinal)
    {
        "$schema", "$id", "title", "description", "type", "properties", "required", "items", "enum", "format", "pattern", "minLength", "maxLength",
    };

    // The partners' door refuses longer texts, of ids too.
    private const int LongestText = Reading.LongestText;

    private static readonly JsonSerializerOptions Json = new(CloudEvent.Json) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    public static JsonObject Of(PublicContract contract)
    {
        var envelope = Envelope(contract).ToList();
        var data = Data(contract);
        return new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = Urn + contract.File,
            ["title"] = contract.WireType,
            ["description"] = Docs.Summary(contract.Type),
            ["type"] = "object",
            ["required"] = new JsonArray([.. envelope.Where(f => f.Required).Select(f => (JsonNode)f.Name).Append("data")]),
            ["properties"] = new JsonObject([.. envelope.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)f.Schema)), new("data", data)]),
        };
    }

    /// <summary>What is wrong with a message, each with its place; empty where nothing is.</summary>
    public static IReadOnlyList<string> Faults(JsonNode schema, JsonNode message) =>
    [
        .. JsonSchema.FromJsonAsync(schema.ToJsonString()).GetAwaiter().GetResult()
            .Validate(message.ToJsonString()).Select(e => e.ToString()),
    ];

    private static IEnumerable<(string Name, bool Required, JsonObject Schema)> Envelope(PublicContract contract)
    {
        var (isEvent, ofRecord) = (!contract.IsCommand, contract.IsOfRecord);
        yield return ("specversion", true, Text("The version of CloudEvents.", ("enum", new JsonArray("1.0"))));
        yield return isEvent
            ? ("id", true, Text("Names the event; the same however often it is sent.", ("format", "uuid")))
            : ("id", true, Text(
                "The partner chooses it. A command with an id that was seen before is answered with the first outcome.",
                ("minLength", 1), ("maxLength", LongestText)));
        yield return ("source", true, Text(isEvent ? "The service that it happened in." : "Who sends it, in the partner's own words."));
        yield return ("type", true, Text("What it is: the name and its major version.", ("enum", new JsonArray(contract.WireType))));
        yield return ("time", isEvent, Text("When it happened.", ("format", "date-time")));
        yield return ("datacontenttype", isEvent, Text("The form of data.", ("enum", new JsonArray("application/json"))));
        yield return isEvent
            ? ("dataschema", true, Text("The schema with its minor version.", ("pattern", $"^{Urn}{Regex.Escape(contract.Name)}\\.[0-9]+$")))
            : ("dataschema", false, Text("The schema with its minor version."));
        if (ofRecord)
        {
            yield return ("subject", true, Text("The training record.", ("format", "uuid")));
            yield return ("sequence", true, Text("The place among all events, with leading zeros: it sorts as text.", ("pattern", "^[0-9]{19}$")));
            yield return ("recordversion", true, Field("The place among the events of the record, from 1 and without a gap.", "integer"));
            yield return ("recordedtime", true, Text("When it was stored.", ("format", "date-time")));
            yield return ("correlationid", true, Text("Shared by all that belongs to the record.", ("format", "uuid")));
        }

        if (isEvent && !contract.IsForAll)
            yield return ("causationid", true, Text(ofRecord ? "What it follows from." : "Follows from the message that is answered.", ("format", "uuid")));
        if (ofRecord)
        {
            yield return ("traceparent", true, Text("W3C trace context.", ("pattern", "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")));
            yield return ("replay", false, Field("There, and true, where a replay sent it again.", "boolean"));
        }
    }

    private static JsonNode Data(PublicContract contract) => Json.GetJsonSchemaAsNode(contract.Type, new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, node) =>
        {
            var schema = node.AsObject();
            // What is null is absent.
            schema.Remove("default");
            if (schema["type"] is JsonArray types)
                schema["type"] = types.Select(t => t!.GetValue<string>()).Single(t => t != "null");
            if (schema["enum"] is JsonArray words)
            {
                schema.Insert(0, "type", "string");
                schema["enum"] = new JsonArray([.. words.Where(w => w is not null).Select(w => w!.DeepClone())]);
            }

            if (contract.IsCommand && schema["type"]?.GetValue<string>() == "string" && !schema.ContainsKey("format") && !schema.ContainsKey("enum"))
                schema["maxLength"] = LongestText;
            var meaning = context.PropertyInfo?.AttributeProvider is PropertyInfo field
                ? Docs.Parameter(field.DeclaringType!, field.Name)
                : context.Path.IsEmpty ? Docs.Summary(contract.Type) : "";
            if (meaning != "")
                schema.Insert(0, "description", meaning);
            return schema;
        },
    });

    private static JsonObject Text(string meaning, params (string Keyword, JsonNode Value)[] limits) => Field(meaning, "string", limits);

    private static JsonObject Field(string meaning, string type, params (string Keyword, JsonNode Value)[] limits) =>
        new([new("description", meaning), new("type", type), .. limits.Select(l => KeyValuePair.Create(l.Keyword, (JsonNode?)l.Value))]);
}
