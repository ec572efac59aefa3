using System.Text.Json;
using System.Text.Json.Nodes;
using Tremplin.Enrollment.Partners;
using YamlDotNet.Serialization;

namespace Tremplin.Platform.Rules;

/// <summary>The messages with partners as an AsyncAPI 3.0 document: what Tremplin sends and receives, and where.</summary>
internal static class AsyncApi
{
    private const string Answers = "command.answered.v1", Bindings = "0.3.0";

    private static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().WithIndentedSequences().WithNewLine("\n").Build();

    /// <summary>The release, as the change log heads it.</summary>
    public static string Release => Tree.Read("contracts/CHANGELOG.md").Split('\n').First(l => l.StartsWith("## ", StringComparison.Ordinal))[3..];

    public static string Text() => "# Written from the records in Contracts/Partners.V1.cs by Platform.Rules.\n" + Yaml.Serialize(Plain(Document())!);

    /// <summary>The routing key of a message.</summary>
    public static string Address(PublicContract contract) => contract.IsCommand ? $"partner.{{partner}}.{contract.Name}" : contract.IsForAll ? contract.Name : $"{{partner}}.{contract.Name}";

    public static JsonObject Document() => new()
    {
        ["asyncapi"] = "3.0.0",
        ["id"] = "urn:tremplin:partners",
        ["info"] = new JsonObject
        {
            ["title"] = "Tremplin: messages with partners",
            ["version"] = Release,
            ["description"] = "CloudEvents 1.0 in structured JSON. A partner reads its own events and what is for all, and sends its own commands. A reader ignores what it does not know.",
            ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["url"] = "https://www.apache.org/licenses/LICENSE-2.0" },
        },
        ["defaultContentType"] = CloudEvent.ContentType,
        ["servers"] = new JsonObject
        {
            ["broker"] = new JsonObject
            {
                ["host"] = "{host}:{port}",
                ["protocol"] = "amqp",
                ["protocolVersion"] = "0-9-1",
                ["description"] = "The broker of the plan; who runs it says where it is.",
                ["variables"] = new JsonObject
                {
                    ["host"] = new JsonObject { ["default"] = "broker.example.org" },
                    ["port"] = new JsonObject { ["default"] = "5672" },
                },
                ["security"] = new JsonArray(Ref("#/components/securitySchemes/partner")),
            },
        },
        ["channels"] = Each(Channel),
        ["operations"] = Each(Operation),
        ["components"] = new JsonObject
        {
            ["messages"] = Each(Message),
            ["parameters"] = new JsonObject
            {
                ["partner"] = new JsonObject
                {
                    ["description"] = "The partner's id, which is its user name at the broker too. It sees no key of another.",
                    ["examples"] = new JsonArray(PublicContract.Partner),
                },
            },
            ["securitySchemes"] = new JsonObject
            {
                ["partner"] = new JsonObject
                {
                    ["type"] = "userPassword",
                    ["description"] = "A user of the broker for each partner. It reads its own events and what is for all, writes its own commands, and has queues under partner.ID.",
                },
            },
        },
    };

    private static JsonObject Channel(PublicContract contract)
    {
        var channel = new JsonObject
        {
            ["address"] = Address(contract),
            ["messages"] = new JsonObject { [contract.Name] = Ref("#/components/messages/" + contract.Name) },
        };
        if (!contract.IsForAll)
            channel["parameters"] = new JsonObject { ["partner"] = Ref("#/components/parameters/partner") };
        channel["bindings"] = Amqp(
            ("is", "routingKey"),
            ("exchange", new JsonObject
            {
                ["name"] = contract.IsCommand ? Exchange.Commands : contract.IsForAll ? Exchange.Notices : Exchange.Events,
                ["type"] = "topic",
                ["durable"] = true,
                ["autoDelete"] = false,
            }));
        return channel;
    }

    private static JsonObject Operation(PublicContract contract)
    {
        var operation = new JsonObject
        {
            ["action"] = contract.IsCommand ? "receive" : "send",
            ["summary"] = Docs.Summary(contract.Type),
            ["channel"] = Ref("#/channels/" + contract.Name),
            ["messages"] = new JsonArray(Ref($"#/channels/{contract.Name}/messages/{contract.Name}")),
            // 2 is persistent. The broker compares the user id with the connection, the door compares it with the key.
            ["bindings"] = contract.IsCommand
                ? Amqp(("deliveryMode", 2), ("userId", "{partner}"))
                : Amqp(("deliveryMode", 2), ("mandatory", false)),
        };
        if (contract.IsCommand)
        {
            operation["security"] = new JsonArray(Ref("#/components/securitySchemes/partner"));
            operation["reply"] = new JsonObject { ["channel"] = Ref("#/channels/" + Answers) };
        }

        return operation;
    }

    private static JsonObject Message(PublicContract contract)
    {
        var message = new JsonObject
        {
            ["name"] = contract.Name,
            ["title"] = contract.WireType,
            ["summary"] = Docs.Summary(contract.Type),
            ["contentType"] = CloudEvent.ContentType,
            ["payload"] = Ref($"schemas/{contract.File}.json"),
            ["bindings"] = Amqp(("messageType", contract.WireType)),
        };
        if (contract.IsOfRecord)
            message["correlationId"] = new JsonObject { ["location"] = "$message.payload#/correlationid" };
        return message;
    }

    private static JsonObject Each(Func<PublicContract, JsonObject> part) =>
        new(Code.Public.Select(c => KeyValuePair.Create(c.Name, (JsonNode?)part(c))));

    private static JsonObject Amqp(params (string Key, JsonNode Value)[] binding) => new()
    {
        ["amqp"] = new JsonObject([.. binding.Select(b => KeyValuePair.Create(b.Key, (JsonNode?)b.Value)), new("bindingVersion", Bindings)]),
    };

    private static JsonObject Ref(string to) => new() { ["$ref"] = to };

    private static object? Plain(JsonNode? node) => node switch
    {
        JsonObject o => o.ToDictionary(p => p.Key, p => Plain(p.Value), StringComparer.Ordinal),
        JsonArray a => a.Select(Plain).ToList(),
        _ => node?.GetValueKind() switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.Number => node.GetValue<int>(),
            JsonValueKind.True or JsonValueKind.False => node.GetValue<bool>(),
            _ => null,
        },
    };
}
