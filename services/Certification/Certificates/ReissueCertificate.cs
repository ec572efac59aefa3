using Marten;
using Tremplin.Certification.CompletionFiles;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>
/// R40: issues a certificate anew, where its holder was named wrongly or its hours were corrected. The new one has an id of its
/// own and supersedes; both events are stored in one transaction, so that there is one that stands at every moment (R37).
/// </summary>
public sealed class ReissueCertificate(IDocumentStore store, LearnerKeys keys, Printer printer, Clock clock)
{
    private const int LongestName = 200;

    /// <summary>What a request says.</summary>
    /// <param name="Reason">Why: <see cref="GroundReason.IdentityError"/> or <see cref="GroundReason.Misprint"/>.</param>
    /// <param name="Name">The holder's name as it should be; left out where it stays.</param>
    /// <param name="By">Who wanted it.</param>
    public sealed record Asked(GroundReason Reason, string? Name = null, ActorKind By = ActorKind.Coordinator);

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/certificates/{id}/reissue", async (Guid id, Asked asked, ReissueCertificate reissue, Origin origin) =>
        {
            if (asked.Name is { } name && (string.IsNullOrWhiteSpace(name) || name.Length > LongestName))
                return Problems.Of(StatusCodes.Status400BadRequest, "malformed", $"A name has between 1 and {LongestName} characters.");
            var outcome = await reissue.Named(id, asked, origin);
            return outcome.Answer(o => Results.Ok(new { id = o.State.Successor, supersedes = id }));
        }).For(Role.Coordinator);

    /// <summary>R33: where a correction changed the hours and the criteria are met all the same, the certificate that stands is issued anew with them.</summary>
    /// <param name="recordId">The training record.</param>
    /// <param name="file">Its file, after the correction.</param>
    /// <param name="origin">Who corrected.</param>
    public async Task Corrected(Guid recordId, CompletionFile file, Origin origin)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Decided is not { Verdict: Verdict.Met } || Judgement.Of(file.Holder!, file.End()!, file.Judged()) is not { Verdict: Verdict.Met } now)
            return;
        await using var session = store.LightweightSession();
        var (id, state, version) = await Last(recordId, session);
        if (state is { Standing: Standing.Issued, Claims: { } claims } && (claims.DeliveredMinutes, claims.AttendedMinutes) != (now.DeliveredMinutes, now.AttendedMinutes))
        {
            // R38: of somebody who is erased the file alone says that the certificate is out of date.
            await Replace(
                (id, state, version), claims with { DeliveredMinutes = now.DeliveredMinutes, AttendedMinutes = now.AttendedMinutes },
                new(GroundReason.HoursCorrected, "R33", ActorKind.System, Today), session, origin);
        }
    }

    private DateOnly Today => DateOnly.FromDateTime(clock.Now.UtcDateTime);

    private async Task<Outcome<Certificate>> Named(Guid id, Asked asked, Origin origin)
    {
        await using var session = store.LightweightSession();
        var events = await session.Events.FetchStreamAsync(id);
        var state = events.Aggregate(Certificate.Initial, (s, e) => s.Evolve(e.Data));
        var claims = state.Claims;
        if (claims is not null && asked.Name is { } name)
        {
            if (await keys.Find(claims.LearnerId) is not { } key)
                return new(state, events.Count, 0, Printer.Nobody);
            // The same name again is not another: a request that is repeated finds what it did.
            claims = key.Open(claims.Name) == name.Trim() ? claims : claims with { Name = key.Seal(name.Trim()) };
        }

        return await Replace((id, state, events.Count), claims, new(asked.Reason, null, asked.By, Today), session, origin);
    }

    private async Task<Outcome<Certificate>> Replace(
        (Guid Id, Certificate State, long Version) old, CertificateIssued? claims, Ground ground, IDocumentSession session, Origin origin)
    {
        var now = clock.Now;
        // The same request again means the same certificate, and another one another: what was printed for one is not for the next.
        var successor = NameBased.Id("certificate", $"{old.Id}", $"{origin.CommandId}", $"{claims?.DeliveredMinutes}/{claims?.AttendedMinutes}");
        var decision = new SupersedeCertificate(successor, ground).Decide(old.State, now);
        if (decision is not Decision.Accepted { Events: [CertificateSuperseded superseded] })
            return new(old.State, old.Version, 0, decision as Decision.Rejected);
        // Valid as long as the first: what is corrected is not renewed (R43).
        if (await printer.Print(successor, claims! with { Supersedes = old.Id, IssuedOn = claims.IssuedOn > Today ? claims.IssuedOn : Today, Documents = null }, now) is not { } issued)
            return new(old.State, old.Version, 0, Printer.Nobody);
        origin.Stamp(session.Events.Append(old.Id, old.Version + 1, superseded).Events[0], now, claims.RecordId, null);
        origin.Stamp(session.Events.StartStream<Certificate>(successor, issued).Events[0], now, claims.RecordId, null);
        // What came in between makes this fail, and it is asked again.
        await session.SaveChangesAsync();
        return new(old.State.Evolve(superseded), old.Version + 1, 1, null);
    }

    /// <summary>The certificate of a record that nothing has superseded.</summary>
    internal static async Task<(Guid Id, Certificate State, long Version)> Last(Guid recordId, IQuerySession session)
    {
        for (var id = Certificate.IdFor(recordId); ;)
        {
            var events = await session.Events.FetchStreamAsync(id);
            var state = events.Aggregate(Certificate.Initial, (s, e) => s.Evolve(e.Data));
            if (state.Successor is not { } next)
                return (id, state, events.Count);
            id = next;
        }
    }
}
