using Marten;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>Every event of a certificate, as stored; names stay sealed.</summary>
public static class CertificateHistory
{
    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/certificates/{id}/history", async (Guid id, IQuerySession store) =>
            await store.Events.FetchStreamAsync(id) is [{ Data: CertificateEvent }, ..] events
                ? Results.Ok(events.Select(e => e.Shown()))
                : Problems.NotFound("certificate", id))
            .For(Role.Auditor, Role.Coordinator);
}
