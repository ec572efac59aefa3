using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AwesomeAssertions;
using MassTransit.Serialization;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>
/// One file per contract and per stored event: how it looks in a message or in the store. Today's code reads each back.
/// </summary>
public class GoldenSpecs
{
    private const string Events = "tests/Platform.Rules/Goldens/events", Messages = "tests/Platform.Rules/Goldens/contracts";

    public static TheoryData<string> EventNames => [.. Code.Events.Select(e => e.Name)];

    public static TheoryData<string> ContractNames => [.. Code.Contracts.Select(Code.WireName)];

    [Theory]
    [MemberData(nameof(EventNames))]
    public void Is_stored_as_approved(string name)
    {
        var @event = Code.Events.Single(e => e.Name == name);
        var (serializer, example) = (Running.Of(@event.Service).Serializer, Example.Of(@event.Type));
        Approved.Is(
            $"{Events}/{name}.json", Pretty(serializer.ToJson(example)),
            $"""
            A new event: run the rules once with APPROVE=1 and commit the file.
            An event that is stored already: stores keep what they have for ever. A field may be added if it can be absent;
            then approve. Anything else is a new event beside it, {name[..name.LastIndexOf('.')]}.v2, and the old one stays readable.
            """);
        using var golden = new MemoryStream(Encoding.UTF8.GetBytes(Tree.Read($"{Events}/{name}.json")));
        Same(serializer.FromJson(@event.Type, golden), example);
    }

    [Theory]
    [MemberData(nameof(ContractNames))]
    public void Is_sent_as_approved(string name)
    {
        var contract = Code.Contracts.Single(c => Code.WireName(c) == name);
        var (options, example) = (SystemTextJsonMessageSerializer.Options, Example.Of(contract));
        Approved.Is(
            $"{Messages}/{name}.json", Pretty(JsonSerializer.Serialize(example, contract, options)),
            """
            A new contract: run the rules once with APPROVE=1 and commit the file.
            A contract that is in use: services are replaced one after the other. A field may be added if it can be absent;
            then approve. Anything else is a contract of the next version beside it.
            """);
        Same(JsonSerializer.Deserialize(Tree.Read($"{Messages}/{name}.json"), contract, options)!, example);
    }

    [Fact]
    public void Nothing_that_was_approved_is_forgotten()
    {
        string[] expected =
            [.. Code.Events.Select(e => $"{Events}/{e.Name}.json"), .. Code.Contracts.Select(c => $"{Messages}/{Code.WireName(c)}.json")];
        Tree.Files.Where(f => f.StartsWith("tests/Platform.Rules/Goldens/", StringComparison.Ordinal)).Except(expected)
            .Should().BeEmpty("a stored event stays readable and a contract is withdrawn by agreement, not by renaming a type");
    }

    private static string Pretty(string json) => Approved.Pretty(JsonNode.Parse(json)!);

    private static void Same(object read, object example)
    {
        read.Should().BeOfType(example.GetType());
        if (example.GetType().GetProperties().Length > 0)
            read.Should().BeEquivalentTo(example, o => o.PreferringRuntimeMemberTypes().ComparingRecordsByMembers().WithStrictOrdering());
    }
}
