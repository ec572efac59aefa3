using System.Text.Json.Nodes;
using AwesomeAssertions;
using Tremplin.Contracts.Partners.V1;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>Promises are broken here on purpose, in a copy of what is published; each time it is noticed.</summary>
public class CompatibilitySpecs
{
    private const string Waitlist = "training-record.placed-on-waitlist.v1", Withdrawal = "training-record.learner-withdrew.v1", Application = "apply-for-training.v1";

    [Fact]
    public void Nothing_differs_from_itself() =>
        Code.Public.SelectMany(c => Changes(c.Name, _ => { })).Should().BeEmpty();

    [Theory]
    [InlineData(typeof(Old), "old.v1")]
    [InlineData(typeof(Ending), "")]
    public void A_next_major_version_comes_with_the_last_day_of_the_one_before(Type before, string fault) => string.Join(", ",
        PublicContract.WithoutLastDay([PublicContract.Of(before)!, PublicContract.Of(typeof(Next))!, PublicContract.Of(typeof(NextOfTheEnding))!])).Should().Be(fault);

    [Fact]
    public void A_message_that_will_end_says_when_on_itself()
    {
        var message = JsonNode.Parse(Enrollment.Partners.CloudEvent.Answer("p", Guid.Empty, new Ending(1), default).Bytes.Span)!;
        ((bool)message["deprecated"]!, (string?)message["deprecationsunset"]).Should().Be((true, "2027-07-01T00:00:00Z"));
        AsyncApiPage.Sunset(PublicContract.Of(typeof(Ending))!).Should().Contain("2027-06-30");
        AsyncApiPage.Sunset(PublicContract.Of(typeof(Next))!).Should().BeEmpty();
    }

    [Fact]
    public void Words_for_people_may_be_made_better() =>
        Changes(Waitlist, s => (s["description"], Data(s, "place")["description"]) = ("Waits.", "In the queue.")).Should().BeEmpty();

    [Fact]
    public void An_optional_field_may_come() =>
        Changes(Waitlist, s => Fields(s)["length"] = new JsonObject { ["type"] = "integer" })
            .Should().Equal(new Change("length", "/data/length is new and may be absent.", false));

    [Fact]
    public void A_required_field_may_not() => Fault(Waitlist, s =>
    {
        Fields(s)["length"] = new JsonObject { ["type"] = "boolean" };
        Required(s).Add("length");
    }).Should().Be("/data/length is new and required: what was written before has no such field.");

    [Fact]
    public void A_field_may_not_go() => Fault(Waitlist, s =>
    {
        Fields(s).Remove("place");
        Required(s).RemoveAt(1);
    }).Should().Be("/data/place is gone.");

    [Fact]
    public void An_optional_field_may_not_go_either() =>
        Fault(Withdrawal, s => Fields(s).Remove("cohortId")).Should().Be("/data/cohortId is gone.");

    [Fact]
    public void A_field_may_not_be_renamed() => Fault(Waitlist, s =>
    {
        Fields(s).Remove("place");
        Fields(s)["position"] = new JsonObject { ["type"] = "integer" };
        Required(s)[1] = "position";
    }).Should().Be("/data/place is gone; it seems to be named position now.");

    [Fact]
    public void A_field_may_not_change_its_type() =>
        Fault(Waitlist, s => Data(s, "place")["type"] = "string").Should().Be("/data/place was of the type integer and is of the type string.");

    [Fact]
    public void A_field_may_not_change_its_form() =>
        Fault(Waitlist, s => Data(s, "cohortId").Remove("format")).Should().Be("/data/cohortId is held to another format: \"uuid\" before, none now.");

    [Fact]
    public void A_text_may_not_become_shorter() =>
        Fault(Application, s => Data(s, "programme")["maxLength"] = 64).Should().Be("/data/programme is held to another maxLength: 256 before, 64 now.");

    [Fact]
    public void The_items_of_a_list_are_compared_too() =>
        Fault("training-record.not-completed.v1", s => Data(s, "reasons")["items"]!["type"] = "integer")
            .Should().Be("/data/reasons/* was of the type string and is of the type integer.");

    [Fact]
    public void The_fields_of_a_part_are_compared_too() =>
        Fault(Application, s => Data(s, "person")["properties"]!.AsObject().Remove("birthDate")).Should().Be("/data/person/birthDate is gone.");

    [Fact]
    public void A_word_may_not_go() =>
        Fault(Withdrawal, s => Words(s).RemoveAt(3)).Should().Be("/data/reason loses the word other.");

    [Fact]
    public void A_text_may_not_be_held_to_some_words() =>
        Fault(Application, s => Data(s, "role")["enum"] = new JsonArray("employee", "volunteer"))
            .Should().Be("/data/role was free and is not any more.");

    [Fact]
    public void A_word_may_come_and_is_stated() =>
        Changes(Withdrawal, s => Words(s).Add("health")).Should().Equal(
            new Change("health", "/data/reason gains the word health: who reads by the older schema does not know it.", false));

    [Fact]
    public void What_was_optional_may_not_become_required() =>
        Fault(Withdrawal, s => Required(s).Add("cohortId")).Should().Be("/data/cohortId could be absent and is required now.");

    [Fact]
    public void What_was_always_there_may_not_become_optional() =>
        Fault(Withdrawal, s => Required(s).Clear()).Should().Be("/data/reason was always there and may be absent now.");

    [Fact]
    public void The_envelope_is_promised_too() =>
        Fault(Withdrawal, s => s["properties"]!.AsObject().Remove("replay")).Should().Be("/replay is gone.");

    [Fact]
    public void A_next_minor_version_with_an_optional_field_is_understood_both_ways()
    {
        var (first, second) = (Published(Waitlist), Published(Waitlist));
        Fields(second.Schema)["length"] = new JsonObject { ["type"] = "integer" };
        second.Example["data"]!["length"] = 7;
        Evolution.Faults([first, second]).Should().BeEmpty();
        Evolution.News([first, second]).Should().ContainSingle().Which.Change.Subject.Should().Be("length");
    }

    [Fact]
    public void A_next_minor_version_that_does_not_read_older_messages_is_noticed()
    {
        var (first, second) = (Published(Waitlist), Published(Waitlist));
        second.Schema["$id"] = "urn:next";
        Fields(second.Schema)["length"] = new JsonObject { ["type"] = "integer" };
        Required(second.Schema).Add("length");
        second.Example["data"]!["length"] = 7;
        Evolution.Faults([first, second]).Should().Equal(
            $"{first}, read by urn:next: PropertyRequired: #/data.length",
            $"urn:next after {first}: /data/length is new and required: what was written before has no such field.");
    }

    [Fact]
    public void A_next_minor_version_that_older_readers_do_not_understand_is_noticed()
    {
        var (first, second) = (Published(Withdrawal), Published(Withdrawal));
        second.Schema["$id"] = "urn:next";
        Words(second.Schema).Add("health");
        second.Example["data"]!["reason"] = "health";
        Evolution.Faults([first, second]).Should().Equal($"urn:next, read by {first}: NotInEnumeration: #/data.reason");
    }

    private static MinorVersion Published(string name) => Committed.Of(name)[^1];

    private static IReadOnlyList<Change> Changes(string name, Action<JsonObject> breach)
    {
        var (older, newer) = (Published(name).Schema, Published(name).Schema);
        breach(newer);
        return Compatibility.Between(older, newer);
    }

    private static string Fault(string name, Action<JsonObject> breach)
    {
        var change = Changes(name, breach).Should().ContainSingle().Which;
        change.IsFault.Should().BeTrue();
        return change.Text;
    }

    private static JsonObject Fields(JsonObject schema) => schema["properties"]!["data"]!["properties"]!.AsObject();

    private static JsonObject Data(JsonObject schema, string field) => Fields(schema)[field]!.AsObject();

    private static JsonArray Required(JsonObject schema) => schema["properties"]!["data"]!["required"]!.AsArray();

    private static JsonArray Words(JsonObject schema) => Data(schema, "reason")["enum"]!.AsArray();

    [PublicEvent("old.v1")]
    private sealed record Old(int Place);

    [PublicEvent("old.v2")]
    private sealed record Next(string Place);

    [PublicEvent("ending.v1", LastDay = "2027-06-30")]
    private sealed record Ending(int Place);

    [PublicEvent("ending.v2")]
    private sealed record NextOfTheEnding(string Place);
}
