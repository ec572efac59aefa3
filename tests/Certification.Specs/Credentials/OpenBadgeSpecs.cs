using System.Text.Json.Nodes;
using AwesomeAssertions;
using Tremplin.Certification.Credentials;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs.Credentials;

public class OpenBadgeSpecs
{
    [Fact]
    public void Says_what_was_certified()
    {
        var badge = Badges.Public();
        var subject = badge["credentialSubject"]!;
        var achievement = subject["achievement"]!;
        Text(badge["name"], achievement["name"]).Should().Equal(Taught.Title, Taught.Title);
        Text(achievement["humanCode"], achievement["version"]).Should().Equal(Taught.Ref, "2");
        Text(subject["activityStartDate"], subject["activityEndDate"]).Should().Equal("2026-11-17T00:00:00Z", "2026-11-24T23:59:59Z");
        Text(badge["issuer"]!["id"], badge["issuer"]!["name"]).Should().Equal("did:web:tremplin.example", "Tremplin");
        badge["validFrom"]!.ToString().Should().Be("2026-11-24T16:30:00Z");
    }

    [Fact]
    public void Aligns_it_with_the_competences_of_DigComp()
    {
        var badge = Badges.Public(Issued() with { Competences = ["2.4 Collaborer", "Tenir sa comptabilité", "2.4 Collaborer"] });
        var alignments = badge["credentialSubject"]!["achievement"]!["alignment"]!.AsArray();
        alignments.Select(a => ((string?)a!["targetCode"], (string?)a["targetName"])).Should()
            .Equal(("2.4", "2.4 Collaborer"), (null, "Tenir sa comptabilité"));
    }

    [Fact]
    [Trait("Rule", "R36")]
    public void Gives_the_time_that_was_delivered_and_the_time_that_was_attended() =>
        Results(Badges.Public(Issued() with { DeliveredMinutes = 1680, AttendedMinutes = 25 })).Should().Equal(("delivered", "PT28H0M"), ("attended", "PT0H25M"));

    [Fact]
    public void Ends_with_the_last_day_on_which_it_is_valid() =>
        Badges.Public()["validUntil"]!.ToString().Should().Be("2028-11-24T23:59:59Z");

    [Fact]
    public void Has_no_end_where_it_does_not_expire() =>
        Badges.Public(Issued() with { ValidUntil = null }).ContainsKey("validUntil").Should().BeFalse();

    [Fact]
    public void Holds_neither_name_nor_salt_nor_mark_nor_learner_where_anybody_may_read_it() =>
        Badges.Public().ToJsonString().Should().NotContainAny(
            "Aubign", Badges.Salt, "Mark", "\"14\"", Learner.ToString(), RecordId.ToString(), Cohort.ToString(), "asso-cap-ouest");

    [Fact]
    public void Lets_whoever_has_the_salt_find_the_name()
    {
        var identity = Identity(Badges.Public());
        identity["hashed"]!.GetValue<bool>().Should().BeTrue();
        identity["identityHash"]!.ToString().Should().Be(OpenBadge.Hashed(Badges.Name, Badges.Salt));
        OpenBadge.Hashed("a", "b").Should().Be("sha256$fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603");
    }

    [Fact]
    public void Holds_name_and_mark_for_its_holder()
    {
        var badge = Badges.Holders(Issued() with { Mark = 14.50m });
        var identity = Identity(badge);
        identity["hashed"]!.GetValue<bool>().Should().BeFalse();
        identity["identityHash"]!.ToString().Should().Be(Badges.Name);
        Results(badge).Should().Contain(("mark", "14.5"));
    }

    [Fact]
    public void Has_one_id_in_both_forms() =>
        Text(Badges.Public()["id"], Badges.Holders()["id"]).Should().AllBe($"https://tremplin.example/certificates/{Badges.Id}/credential");

    [Fact]
    public void Describes_every_result_that_it_gives()
    {
        var subject = Badges.Holders()["credentialSubject"]!;
        Text([.. subject["result"]!.AsArray().Select(r => r!["resultDescription"])])
            .Should().Equal(Text([.. subject["achievement"]!["resultDescription"]!.AsArray().Select(d => d!["id"])]));
    }

    [Fact]
    [Trait("Rule", "R42")]
    public void Is_at_one_index_in_a_list_of_revoked_and_a_list_of_suspended_ones() =>
        Badges.Public()["credentialStatus"]!.AsArray()
            .Select(s => ((string?)s!["statusPurpose"], (string?)s["statusListIndex"], (string?)s["statusListCredential"])).Should().Equal(
                ("revocation", "94567", "https://tremplin.example/status-lists/1/revocation"),
                ("suspension", "94567", "https://tremplin.example/status-lists/1/suspension"));

    private static JsonNode Identity(JsonObject badge) => badge["credentialSubject"]!["identifier"]!.AsArray().Single()!;

    private static IEnumerable<(string, string?)> Results(JsonObject badge) =>
        badge["credentialSubject"]!["result"]!.AsArray().Select(r => (r!["id"]!.ToString().Split('#')[1], (string?)r["value"]));

    private static IEnumerable<string?> Text(params JsonNode?[] nodes) => nodes.Select(n => (string?)n);
}
