using System.Text.Json.Nodes;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.Credentials;

namespace Tremplin.Certification.Specs.Credentials;

/// <summary>A badge of the sample's certificate, signed or not, and who signs it.</summary>
internal static class Badges
{
    public const string Name = "Marie-Claude d’Aubigné", Salt = "c2Vs";
    public static readonly Uri Address = new("https://tremplin.example/");
    public static readonly Guid Id = Certificate.IdFor(Sample.RecordId);
    public static readonly DateTimeOffset IssuedAt = new(2026, 11, 24, 16, 30, 0, TimeSpan.Zero);
    public static readonly StatusPlace Place = new(1, 94_567);
    public static readonly IssuerKeys Keys = new(Seed(1));

    public static byte[] Seed(byte number) => [.. Enumerable.Repeat(number, 32)];

    public static JsonObject Public(CertificateIssued? claims = null) => Of(claims, withName: false);

    public static JsonObject Holders(CertificateIssued? claims = null) => Of(claims, withName: true);

    public static JsonObject Signed(JsonObject? badge = null, IssuerKeys? keys = null) => DataIntegrity.Sign(badge ?? Public(), keys ?? Keys, IssuedAt);

    private static JsonObject Of(CertificateIssued? claims, bool withName) =>
        OpenBadge.Of(Address, Id, IssuedAt, claims ?? Sample.Issued(), Place, Name, Salt, withName);
}
