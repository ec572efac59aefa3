using System.Text.Json;

namespace Tremplin.Portal.Certificates;

/// <summary>A certificate as Certification tells everybody of it. Of one that was withdrawn there is no more than its state.</summary>
/// <param name="Id">Its number.</param>
/// <param name="State">One of <see cref="CertificateWords.States"/>.</param>
/// <param name="Since">The decision behind the state; null where it is valid or has expired.</param>
/// <param name="ExpiredSince">The first day after the last on which it was to be valid, once it has come; whatever its state is.</param>
/// <param name="Successor">The certificate that replaced it.</param>
/// <param name="Supersedes">The certificate that it replaced.</param>
/// <param name="Holder">Whose it is.</param>
/// <param name="Organisation">The organisation that the holder works or volunteers for, by its reference.</param>
/// <param name="Programme">What was taught.</param>
/// <param name="StartedOn">Local date of the first half-day.</param>
/// <param name="EndedOn">Local date of the last half-day.</param>
/// <param name="DeliveredMinutes">Minutes held.</param>
/// <param name="AttendedMinutes">Minutes evidenced.</param>
/// <param name="IssuedOn">Date of issue.</param>
/// <param name="ValidUntil">The last day on which it is valid; null where it does not expire.</param>
/// <param name="Issuer">Who answers for it.</param>
/// <param name="Credential">The address of its Open Badge; null where it was issued before there were any.</param>
public sealed record Certificate(
    Guid Id, string State, Change? Since = null, DateOnly? ExpiredSince = null, Guid? Successor = null, Guid? Supersedes = null,
    Holder? Holder = null, string? Organisation = null, Programme? Programme = null, DateOnly? StartedOn = null, DateOnly? EndedOn = null,
    int? DeliveredMinutes = null, int? AttendedMinutes = null, DateOnly? IssuedOn = null, DateOnly? ValidUntil = null, string? Issuer = null, string? Credential = null)
{
    /// <summary>Reads what Certification answers.</summary>
    /// <exception cref="JsonException">It is no certificate.</exception>
    public static Certificate Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<Certificate>(json, JsonSerializerOptions.Web) ?? throw new JsonException("Not a certificate.");
}

/// <summary>A decision about a certificate (R41).</summary>
/// <param name="EffectiveOn">The day from which it holds.</param>
/// <param name="RecordedAt">The moment at which it was recorded, the same day or later.</param>
/// <param name="Reason">A code, one of <see cref="CertificateWords.Reasons"/>.</param>
/// <param name="LegalBasis">The words of whoever decided.</param>
/// <param name="ActorKind">A code, one of <see cref="CertificateWords.Actors"/>.</param>
public sealed record Change(DateOnly EffectiveOn, DateTimeOffset RecordedAt, string? Reason = null, string? LegalBasis = null, string? ActorKind = null);

/// <summary>The holder, as far as the one who asks may know.</summary>
/// <param name="Initials">Null where the name was erased.</param>
/// <param name="Name">Null without the holder's token.</param>
/// <param name="Salt">What makes the name's hash in the public credential; null without the token.</param>
/// <param name="Erased">Whether nobody can read the name any more.</param>
public sealed record Holder(string? Initials = null, string? Name = null, string? Salt = null, bool Erased = false);

/// <summary>What was taught.</summary>
/// <param name="Ref">The programme.</param>
/// <param name="Version">Its version.</param>
/// <param name="Title">Its title, French.</param>
/// <param name="Competences">The DigComp competences that it teaches.</param>
public sealed record Programme(string Ref, int Version, string Title, IReadOnlyList<string>? Competences = null);
