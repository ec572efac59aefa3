using System.Text;
using System.Text.Json.Nodes;
using AwesomeAssertions;
using Tremplin.Contracts.Partners.V1;
using Tremplin.Enrollment.Partners;
using Xunit;

namespace Tremplin.Enrollment.Specs.Partners;

public class ReadingSpecs
{
    private const string Key = "partner.incubator.apply-for-training.v1";

    [Fact]
    public void Reads_a_command()
    {
        var read = Of(Good());
        read.Fault.Should().BeNull();
        read.Partner.Should().Be("incubator");
        read.Command.Should().Be("apply-for-training.v1");
        read.MessageId.Should().Be("a-1");
        read.Data.Should().Be(new ApplyForTraining(
            "A-1", "asso-1", new("Zoé", "Martin", "zoe@example.org", new DateOnly(1990, 5, 4)), "volunteer", "digital-basics", new DateOnly(2026, 10, 1)));
    }

    [Fact]
    public void Ignores_what_it_does_not_know() =>
        Of(Good(m => m["data"]!["shoeSize"] = 43)).Fault.Should().BeNull();

    [Theory]
    [InlineData("data.person.email", null, "/data/person/email", "missing")]
    [InlineData("data.person.email", "-", "/data/person/email", "missing")]
    [InlineData("data.person", "7", "/data/person", "wrong-type")]
    [InlineData("data.appliedOn", "\"yesterday\"", "/data/appliedOn", "wrong-type")]
    [InlineData("data.appliedOn", "1e400", "/data/appliedOn", "wrong-type")]
    [InlineData("data.cohortId", "\"12\"", "/data/cohortId", "wrong-type")]
    [InlineData("data.role", "[1,2]", "/data/role", "wrong-type")]
    [InlineData("data.role", "\"a\\u0000b\"", "/data/role", "malformed")]
    [InlineData("data", null, "/data", "missing")]
    [InlineData("data", "-", "/data", "malformed")]
    [InlineData("data", "[]", "/data", "wrong-type")]
    [InlineData("id", null, "/id", "missing")]
    [InlineData("id", "\"\"", "/id", "malformed")]
    [InlineData("id", "5", "/id", "wrong-type")]
    [InlineData("specversion", "\"0.3\"", "/specversion", "unknown-version")]
    [InlineData("type", "\"org.tremplin.training.accept-offer.v1\"", "/type", "wrong-type")]
    public void Names_the_place_of_the_fault(string path, string? value, string at, string code)
    {
        var read = Of(Good(m =>
        {
            var parts = path.Split('.');
            var parent = parts[..^1].Aggregate((JsonNode)m, (node, name) => node[name]!).AsObject();
            if (value is null)
                parent.Remove(parts[^1]);
            else
                parent[parts[^1]] = value == "-" ? null : JsonNode.Parse(value);
        }));
        (read.Fault?.Pointer, read.Fault?.Code).Should().Be((at, code));
        read.Data.Should().BeNull();
    }

    [Fact]
    public void Refuses_a_text_that_is_too_long() =>
        Of(Good(m => m["data"]!["programme"] = new string('x', 257))).Fault!.Code.Should().Be("too-long");

    [Fact]
    public void Refuses_a_field_that_stands_twice()
    {
        var fault = Of(Good().Replace("\"role\":", "\"role\":\"director\",\"role\":", StringComparison.Ordinal)).Fault!;
        (fault.Pointer, fault.Code).Should().Be(("/data", "malformed"));
    }

    [Theory]
    [InlineData("Martin", "/data/person/lastName")]
    [InlineData("applicationRef", "/data")]
    [InlineData("a-1", "/id")]
    [InlineData("specversion", "")]
    public void Refuses_half_a_character(string replaced, string at)
    {
        var fault = Of(Good().Replace(replaced, "\\ud800", StringComparison.Ordinal)).Fault!;
        (fault.Pointer, fault.Code).Should().Be((at, "malformed"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("}{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"id\":")]
    public void Refuses_what_is_no_message(string body) => Of(body).Fault.Should().NotBeNull();

    [Fact]
    public void Refuses_what_is_nested_too_deeply() =>
        Of(Good().Replace("\"volunteer\"", new string('[', 5000) + new string(']', 5000), StringComparison.Ordinal)).Fault!.Code.Should().Be("too-deep");

    [Fact]
    public void Refuses_broken_text() =>
        Reading.Of(new(Key, "incubator", new byte[] { 0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d })).Fault!.Code.Should().Be("not-utf8");

    [Fact]
    public void Refuses_what_is_too_large() =>
        Reading.Of(new(Key, "incubator", new byte[Reading.Largest + 1])).Fault!.Code.Should().Be("too-large");

    [Theory]
    [InlineData("partner.incubator.fly-to-the-moon.v1", "incubator", "unknown-command")]
    [InlineData("partner.incubator.apply-for-training.v9", "incubator", "unknown-command")]
    [InlineData("partner.incubator", "incubator", "unknown-command")]
    [InlineData(Key, null, "user-id-missing")]
    [InlineData(Key, "another", "foreign-partner")]
    public void Refuses_who_or_what_is_not_known(string key, string? user, string code) =>
        Reading.Of(new(key, user, Encoding.UTF8.GetBytes(Good()))).Fault!.Code.Should().Be(code);

    [Fact]
    public void Answers_the_sender_not_whom_it_names() => Reading.Of(new(Key, "another", Encoding.UTF8.GetBytes(Good()))).Partner.Should().Be("another");

    [Fact]
    public void Answers_nobody_where_the_name_is_too_long_for_one()
    {
        var read = Reading.Of(new($"partner.{new string('x', 230)}.fly.v1", null, Encoding.UTF8.GetBytes(Good())));
        (read.Partner, read.Fault!.Code).Should().Be(("nobody", "user-id-missing"));
    }

    private static Read Of(string body) => Reading.Of(new(Key, "incubator", Encoding.UTF8.GetBytes(body)));

    private static string Good(Action<JsonObject>? change = null)
    {
        var message = JsonNode.Parse("""
            {
              "specversion": "1.0", "id": "a-1", "source": "/incubator", "type": "org.tremplin.training.apply-for-training.v1",
              "data": {
                "applicationRef": "A-1", "organisationRef": "asso-1", "role": "volunteer", "programme": "digital-basics", "appliedOn": "2026-10-01",
                "person": { "firstName": "Zoé", "lastName": "Martin", "email": "zoe@example.org", "birthDate": "1990-05-04" }
              }
            }
            """)!.AsObject();
        change?.Invoke(message);
        return message.ToJsonString();
    }
}
