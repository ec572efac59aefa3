using System.Text.Json;
using System.Text.Json.Nodes;
using AwesomeAssertions;
using Tremplin.Certification.Credentials;
using Xunit;

namespace Tremplin.Certification.Specs.Credentials;

public class DataIntegritySpecs
{
    private static readonly JsonObject Document = Did.Document(Badges.Address, Badges.Keys);

    [Fact]
    public void Verifies_what_it_signed()
    {
        DataIntegrity.Verifies(Badges.Signed(), Document).Should().BeTrue();
        DataIntegrity.Verifies(Badges.Signed(Badges.Holders()), Document).Should().BeTrue();
    }

    [Fact]
    public void Verifies_what_was_written_and_read_again() =>
        DataIntegrity.Verifies(JsonNode.Parse(Badges.Signed().ToJsonString())!.AsObject(), Document).Should().BeTrue();

    [Fact]
    public void Signs_the_same_with_the_same_bytes() =>
        Badges.Signed().ToJsonString().Should().Be(Badges.Signed().ToJsonString());

    [Fact]
    public void Leaves_what_it_signs_as_it_was()
    {
        var badge = Badges.Public();
        Badges.Signed(badge);
        badge.ToJsonString().Should().Be(Badges.Public().ToJsonString());
    }

    [Fact]
    public void Refuses_it_with_any_single_field_changed_or_gone()
    {
        var signed = Badges.Signed(Badges.Holders());
        var paths = Leaves(signed).ToList();
        paths.Should().HaveCountGreaterThan(70);
        foreach (var path in paths)
        {
            var (changed, gone) = (signed.DeepClone().AsObject(), signed.DeepClone().AsObject());
            Change(changed, path);
            Remove(gone, path);
            DataIntegrity.Verifies(changed, Document).Should().BeFalse("{0} was changed", string.Join('/', path));
            DataIntegrity.Verifies(gone, Document).Should().BeFalse("{0} was taken away", string.Join('/', path));
        }
    }

    [Fact]
    [Trait("Rule", "R45")]
    public void Verifies_with_a_key_that_was_retired_since()
    {
        using var next = new IssuerKeys(Badges.Seed(2), Badges.Keys.Current);
        var document = Did.Document(Badges.Address, next);
        DataIntegrity.Verifies(Badges.Signed(), document).Should().BeTrue();
        DataIntegrity.Verifies(Badges.Signed(keys: next), document).Should().BeTrue();
        DataIntegrity.Verifies(Badges.Signed(keys: next), Document).Should().BeFalse("that one does not know the new key");
    }

    [Fact]
    public void Refuses_the_key_of_somebody_else_under_our_name()
    {
        using var stranger = new IssuerKeys(Badges.Seed(3));
        var theirs = Did.Document(new("https://other.example/"), stranger);
        DataIntegrity.Verifies(Badges.Signed(keys: stranger), Document).Should().BeFalse();
        DataIntegrity.Verifies(Badges.Signed(keys: stranger), theirs).Should().BeFalse();
        theirs["verificationMethod"]![0]!["id"] = Did.Method("did:web:tremplin.example", stranger.Current);
        theirs["assertionMethod"]![0] = Did.Method("did:web:tremplin.example", stranger.Current);
        DataIntegrity.Verifies(Badges.Signed(keys: stranger), theirs).Should().BeFalse("its controller is another");
    }

    [Fact]
    public void Signs_nothing_that_it_does_not_understand()
    {
        var badge = Badges.Public();
        badge["unheardOf"] = "x";
        ((Func<JsonObject>)(() => Badges.Signed(badge))).Should().Throw<InvalidDataException>();
    }

    private static IEnumerable<string[]> Leaves(JsonNode node) => node switch
    {
        JsonObject o => o.SelectMany(p => Leaves(p.Value!).Select(rest => (string[])[p.Key, .. rest])),
        JsonArray a => a.Index().SelectMany(i => Leaves(i.Item!).Select(rest => (string[])[$"{i.Index}", .. rest])),
        _ => [[]],
    };

    private static JsonNode At(JsonNode root, IEnumerable<string> path) =>
        path.Aggregate(root, (node, step) => node is JsonArray a ? a[int.Parse(step, null)]! : node[step]!);

    private static void Change(JsonObject document, string[] path)
    {
        var leaf = At(document, path);
        leaf.ReplaceWith(leaf.GetValueKind() == JsonValueKind.String ? Other(leaf.GetValue<string>()) : !leaf.GetValue<bool>());
    }

    /// <summary>With another last digit, or else another last letter: a date stays one.</summary>
    private static JsonNode Other(string text)
    {
        var last = text.ToList().FindLastIndex(char.IsAsciiDigit) is >= 0 and var digit ? digit : text.Length - 1;
        return $"{text[..last]}{(text[last] == '1' ? '2' : '1')}{text[(last + 1)..]}";
    }

    private static void Remove(JsonObject document, string[] path)
    {
        var parent = At(document, path[..^1]);
        if (parent is JsonArray array)
            array.RemoveAt(int.Parse(path[^1], null));
        else
            parent.AsObject().Remove(path[^1]);
    }
}
