using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>A certificate in the list of its cohort.</summary>
public sealed record CohortCertificate(Guid Id, Guid CohortId, Guid RecordId, DateOnly IssuedOn, DateOnly? ValidUntil)
{
    /// <summary>Opens the door: what was issued for a cohort.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/certificates", async (Guid cohort, IQuerySession store) =>
            Results.Ok(await store.Query<CohortCertificate>().Where(c => c.CohortId == cohort).OrderBy(c => c.Id).ToListAsync()))
            .For(Role.Coordinator, Role.Operator, Role.Auditor);
}

/// <summary>Writes <see cref="CohortCertificate"/> in the transaction that issues.</summary>
public partial class CohortCertificateProjection : SingleStreamProjection<CohortCertificate, Guid>
{
    /// <summary>The line of a certificate.</summary>
    public static CohortCertificate Create(IEvent<CertificateIssued> e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return new(e.StreamId, e.Data.CohortId, e.Data.RecordId, e.Data.IssuedOn, e.Data.ValidUntil);
    }
}
