using System.Text.Json;
using System.Text.Json.Nodes;
using AwesomeAssertions;
using Tremplin.Enrollment.Partners;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>The committed schemas and examples of the messages with partners: right, whole, and compatible with each other.</summary>
public class SchemaSpecs
{
    private const string Schemas = "contracts/schemas", Examples = "contracts/examples/messages";

    public static TheoryData<string> Names => [.. Code.Public.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_published_as_approved(string name)
    {
        var contract = Named(name);
        var (file, schema) = ($"{Schemas}/{contract.File}.json", Schema.Of(contract));
        // Words may be made better; the form of what was published stays, whoever approves.
        if (File.Exists(Path.Combine(Tree.Root, file)))
        {
            Compatibility.Between(Committed.Json(file), schema).Select(c => c.Text).Should().BeEmpty(
                $"{contract.File} is published: raise Minor in its attribute where an optional field comes, anything else is a V2 beside it");
        }

        Approved.Is(file, Approved.Pretty(schema), "Run the rules with APPROVE=1, and commit the file beside the older ones.");
        Approved.Is($"{Examples}/{contract.File}.json", Approved.Pretty(contract.Message()), "Run the rules with APPROVE=1 and commit the file.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_minor_version_understands_every_other(string name) => Evolution.Faults(Committed.Of(name)).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_minor_version_is_kept_and_none_came_by_accident(string name)
    {
        var minors = Enumerable.Range(0, Named(name).Minor + 1).Select(m => $"{name}.{m}.json").ToList();
        foreach (var folder in new[] { Schemas, Examples })
        {
            Files(folder).Where(f => f.StartsWith(name + ".", StringComparison.Ordinal)).Should().BeEquivalentTo(minors);
            Files(folder).Where(f => !Code.Public.Any(c => f.StartsWith(c.Name + ".", StringComparison.Ordinal)))
                .Should().BeEmpty("a message is withdrawn by agreement, not by renaming a type");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_change_log_names_every_minor_version_and_what_it_brought(string name)
    {
        var log = Tree.Read("contracts/CHANGELOG.md").Split('\n');
        for (var minor = 0; minor <= Named(name).Minor; minor++)
            log.Should().Contain(l => l.Contains($"`{name}.{minor}`", StringComparison.Ordinal));
        Evolution.News(Committed.Of(name))
            .Where(n => !log.Any(l => l.Contains($"`{n.Minor.Name}`", StringComparison.Ordinal) && l.Contains($"`{n.Change.Subject}`", StringComparison.Ordinal)))
            .Select(n => $"{n.Minor.Name}: {n.Change}").Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Says_which_schema_it_follows(string name) =>
        Named(name).Message()["dataschema"]!.GetValue<string>().Should().Be((string?)Schema.Of(Named(name))["$id"]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_read_back_as_it_was_written(string name)
    {
        foreach (var (_, example) in Committed.Of(name))
        {
            var read = example["data"].Deserialize(Named(name).Type, CloudEvent.Json);
            JsonNode.DeepEquals(JsonSerializer.SerializeToNode(read, Named(name).Type, CloudEvent.Json), example["data"]).Should().BeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Needs_no_keyword_that_a_validator_might_not_know(string name) =>
        Keywords(Schema.Of(Named(name))).Except(Schema.Keywords).Should().BeEmpty();

    /// <summary>A validator that lets everything pass would go unnoticed.</summary>
    [Theory]
    [InlineData("specversion", "\"0.3\"", "NotInEnumeration: #/specversion")]
    [InlineData("type", "\"org.tremplin.training.other.v1\"", "NotInEnumeration: #/type")]
    [InlineData("time", "\"yesterday\"", "DateTimeExpected: #/time")]
    [InlineData("sequence", "\"4711\"", "PatternMismatch: #/sequence")]
    [InlineData("dataschema", "\"urn:tremplin:schema:training-record.learner-withdrew.v2.0\"", "PatternMismatch: #/dataschema")]
    [InlineData("recordversion", "\"3\"", "IntegerExpected: #/recordversion")]
    [InlineData("subject", null, "PropertyRequired: #/subject")]
    [InlineData("data/reason", "\"boredom\"", "NotInEnumeration: #/data.reason")]
    [InlineData("data/reason", null, "PropertyRequired: #/data.reason")]
    [InlineData("data/cohortId", "\"north\"", "UuidExpected: #/data.cohortId")]
    [InlineData("data/cohortId", "null", "StringExpected: #/data.cohortId")]
    [InlineData("data/later", "1", "")]
    [InlineData("data/cohortId", null, "")]
    public void Notices_what_does_not_follow_the_schema(string field, string? value, string fault)
    {
        var contract = Named("training-record.learner-withdrew.v1");
        var message = contract.Message();
        var path = field.Split('/');
        var at = path.SkipLast(1).Aggregate(message, (node, name) => node[name]!).AsObject();
        if (value is null)
            at.Remove(path[^1]);
        else
            at[path[^1]] = JsonNode.Parse(value);
        string.Join("; ", Schema.Faults(Schema.Of(contract), message)).Should().Be(fault);
    }

    [Fact]
    public void Who_has_a_next_major_version_says_until_when_it_is_sent() => PublicContract.WithoutLastDay(Code.Public).Should().BeEmpty();

    private static PublicContract Named(string name) => Code.Public.Single(c => c.Name == name);

    // Written a moment ago, perhaps.
    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Tree.Root, folder)).Select(f => Path.GetFileName(f)!);

    private static IEnumerable<string> Keywords(JsonObject schema) => schema.Select(k => k.Key)
        .Concat((schema["properties"] as JsonObject ?? []).SelectMany(p => Keywords(p.Value!.AsObject())))
        .Concat(schema["items"] is JsonObject items ? Keywords(items) : []);
}
