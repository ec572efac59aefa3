using System.Text.Json;
using System.Text.Json.Nodes;
using AwesomeAssertions;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.Credentials;
using Tremplin.Defaults;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>
/// Badges and status lists, verified by other programs than the one that signs them: @digitalbazaar/vc, which knows JSON-LD and
/// has the contexts whole, and @digitalbazaar/vc-bitstring-status-list.
/// </summary>
public class CredentialSpecs
{
    private static readonly Uri Address = new("https://tremplin.example:8443/");
    private static readonly DateTimeOffset IssuedAt = new(2026, 10, 2, 8, 30, 0, TimeSpan.Zero);

    /// <summary>That other program asks its own clock about a list, whatever it is told of a badge.</summary>
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), Until = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly CertificateIssued Full = new(
        Guid.Empty, 7, Guid.Empty, new Sealed(""), "siren:123456782", "cap-ouest", "site-web", 1, "Créer le site de « l’asso » \"à plusieurs\" \\ 🎓",
        ["3.1 Développer du contenu numérique", "5.2 Identifier des besoins", "Écrire pour le web"], Guid.Empty,
        new(2026, 9, 1), new(2026, 10, 1), 1680, 1475, 14.5m, new(2026, 10, 2), new(2029, 10, 2), "Tremplin");

    private static readonly CertificateIssued Bare = Full with { ValidUntil = null, Mark = null, Competences = [], Title = "Site\n\t\u0001\u007F" };

    private static readonly IssuerKeys Retired = new(Enumerable.Repeat((byte)1, 32).ToArray());
    private static readonly IssuerKeys Keys = new(Enumerable.Repeat((byte)2, 32).ToArray(), Retired.Current);

    private static readonly IssuerKeys Stranger = new(new byte[32]);

    [Fact]
    [Trait("Rule", "R42"), Trait("Rule", "R45")]
    public void Another_program_accepts_every_kind_and_refuses_it_with_any_single_field_changed()
    {
        var read = Read(
            new()
            {
                ["public"] = Signed(Full),
                ["holder"] = Signed(Full, withName: true),
                ["public, bare"] = Signed(Bare),
                ["holder, bare"] = Signed(Bare, withName: true),
                ["of a retired key"] = Signed(Full, keys: Retired),
                ["of another key"] = Signed(Full, keys: Stranger),
                ["revoked"] = Signed(Full, index: 8),
                ["suspended"] = Signed(Full, index: 9),
                ["list"] = Lists[0],
            },
            "holder", "public, bare", "list");
        read.Verdicts.Should().BeEquivalentTo(new Dictionary<string, string?>
        {
            ["public"] = null,
            ["holder"] = null,
            ["public, bare"] = null,
            ["holder, bare"] = null,
            ["of a retired key"] = null,
            ["of another key"] = $"{Did.Method("did:web:tremplin.example%3A8443", Stranger.Current)} was not handed in.",
            ["revoked"] = "revocation",
            ["suspended"] = "suspension",
            ["list"] = null,
        });
        read.Accepted.Should().BeEmpty();
        read.Refused.Should().BeGreaterThan(450);
    }

    [Fact]
    [Trait("Rule", "R42")]
    public void Another_program_decodes_exactly_the_indexes_that_were_set()
    {
        var set = Read([]).Set;
        set["https://tremplin.example:8443/status-lists/1/revocation"].Should().Equal(0, 7, 8, 131_071);
        set["https://tremplin.example:8443/status-lists/1/suspension"].Should().Equal(9);
    }

    private static IReadOnlyList<JsonObject> Lists =>
    [
        DataIntegrity.Sign(StatusList.Credential(Address, 1, StatusPurpose.Revocation, [131_071, 8, 0, 7], From, Until), Keys, From),
        DataIntegrity.Sign(StatusList.Credential(Address, 1, StatusPurpose.Suspension, [9], From, Until), Keys, From),
    ];

    private static JsonObject Signed(CertificateIssued claims, bool withName = false, int index = 94_567, IssuerKeys? keys = null) => DataIntegrity.Sign(
        OpenBadge.Of(Address, Guid.Parse("11111111-0000-5000-8000-000000000001"), IssuedAt, claims, new(1, index), "Zoë Nguyễn-Œuvrard", "c2Vs", withName),
        keys ?? Keys, IssuedAt);

    private static Answer Read(JsonObject credentials, params string[] changed) => JsonSerializer.Deserialize<Answer>(
        Node.Run("credentials.mjs", new JsonObject
        {
            ["now"] = "2027-01-01T00:00:00Z",
            ["issuer"] = Did.Document(Address, Keys),
            ["lists"] = new JsonArray([.. Lists]),
            ["credentials"] = credentials,
            ["changed"] = JsonSerializer.SerializeToNode(changed),
        }.ToJsonString()).Single(),
        JsonSerializerOptions.Web)!;

    private sealed record Answer(
        IReadOnlyDictionary<string, string?> Verdicts, int Refused, IReadOnlyList<string> Accepted, IReadOnlyDictionary<string, int[]> Set);
}
