using System.Text.Json;
using System.Text.Json.Nodes;
using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Xunit;
using static Tremplin.Certification.Specs.Sample;

namespace Tremplin.Certification.Specs;

public class CheckCertificateSpecs
{
    private static readonly Guid Id = Certificate.IdFor(RecordId);
    private static readonly DateTimeOffset Changed = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
    private static readonly Ground Ground = new(GroundReason.IssuedInError, "Code du travail, art. L6353-1", ActorKind.Auditor, new(2026, 11, 24));

    [Fact]
    public void Says_what_was_certified_and_to_whom_in_initials()
    {
        var shown = Shown([Issued()]);
        (Text(shown, "state"), Text(shown, "holder.initials"), shown["holder"]!["name"], shown["since"]).Should().Be(("valid", "M. D.", null, null));
        (Text(shown, "programme.title"), Text(shown, "startedOn"), (int)shown["attendedMinutes"]!, Text(shown, "organisation"))
            .Should().Be((Taught.Title, "2026-11-17", 630, "asso-cap-ouest"));
        Text(shown, "credential").Should().Be($"https://tremplin.example/certificates/{Id}/credential");
        shown.ToJsonString().Should().NotContainAny(Learner.ToString(), RecordId.ToString(), "c2VhbGVk", "mark", "partner");
    }

    [Fact, Trait("Rule", "R43")]
    public void Says_from_when_on_it_has_expired()
    {
        Text(Shown([Issued()], today: new(2028, 11, 24)), "state").Should().Be("valid", "it is its last day");
        var shown = Shown([Issued()], today: new(2028, 11, 25));
        (Text(shown, "state"), Text(shown, "expiredSince")).Should().Be(("expired", "2028-11-25"));
        Text(Shown([Issued() with { ValidUntil = null }], today: new(2099, 1, 1)), "state").Should().Be("valid");
    }

    [Fact, Trait("Rule", "R41")]
    public void Says_why_it_is_revoked_or_suspended_and_since_when_by_both_dates()
    {
        foreach (var (e, state) in ((object, string)[])[(new CertificateRevoked(RecordId, 7, Ground), "revoked"), (new CertificateSuspended(RecordId, 7, Ground), "suspended")])
        {
            var shown = Shown([Issued(), e], today: new(2099, 1, 1));
            (Text(shown, "state"), Text(shown, "since.effectiveOn"), Text(shown, "since.recordedAt"), Text(shown, "since.reason"), Text(shown, "since.legalBasis"), Text(shown, "since.actorKind"))
                .Should().Be((state, "2026-11-24", "2026-11-25T10:00:00+00:00", "issued-in-error", "Code du travail, art. L6353-1", "auditor"));
        }

        Shown([Issued(), new CertificateSuspended(RecordId, 7, Ground), new CertificateReinstated(RecordId, 7, Ground)])["since"].Should().BeNull("it stands again");
    }

    [Fact, Trait("Rule", "R40")]
    public void Leads_to_the_successor_and_back()
    {
        var shown = Shown([Issued(), new CertificateSuperseded(RecordId, 7, RecordId, Ground)]);
        (Text(shown, "state"), Text(shown, "successor")).Should().Be(("superseded", RecordId.ToString()));
        Text(Shown([Issued() with { Supersedes = RecordId }]), "supersedes").Should().Be(RecordId.ToString());
    }

    [Fact]
    public void Says_of_one_that_is_withdrawn_nothing_else()
    {
        var shown = Shown([Issued(), new CertificateWithdrawn(RecordId, 7, Ground)]);
        shown.Select(p => p.Key).Should().BeEquivalentTo("id", "state", "since");
        Text(shown, "state").Should().Be("withdrawn");
    }

    [Fact]
    public void Says_that_the_name_was_erased() =>
        CheckCertificate.Holder.Of(Issued(), null, opened: true).Should().Be(new CheckCertificate.Holder(null, null, null, true));

    private static JsonObject Shown(object[] events, DateOnly? today = null) => JsonSerializer.SerializeToNode(
        CheckCertificate.Shown(
            Id, events.Aggregate(Certificate.Initial, (s, e) => s.Evolve(e)), Changed, new("M. D.", null, null, false), today ?? new(2026, 12, 1)),
        JsonSerializerOptions.Web)!.AsObject();

    private static string Text(JsonObject shown, string path) => path.Split('.').Aggregate((JsonNode)shown, (node, name) => node[name]!).ToString();
}
