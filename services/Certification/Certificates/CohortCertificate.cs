using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>A certificate in the lists that it is in: of its cohort, of its learner, and the status list with its bit.</summary>
public sealed record CohortCertificate(Guid Id, Guid CohortId, Guid RecordId, DateOnly IssuedOn, DateOnly? ValidUntil)
{
    /// <summary>The learner.</summary>
    public Guid LearnerId { get; init; }

    /// <summary>Whether it stands.</summary>
    public Standing Standing { get; init; } = Standing.Issued;

    /// <summary>R42: its status list, from 1; null where it has none.</summary>
    public int? StatusList { get; init; }

    /// <summary>R42: its bit in it, from 0.</summary>
    public int? StatusIndex { get; init; }

    /// <summary>Opens the door: what was issued for a cohort.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/certificates", async (Guid cohort, IQuerySession store) =>
            Results.Ok(await store.Query<CohortCertificate>().Where(c => c.CohortId == cohort).OrderBy(c => c.Id).ToListAsync()))
            .For(Role.Coordinator, Role.Operator, Role.Auditor);

    /// <summary>How it is kept.</summary>
    public static void Keep(StoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Projections.Add<CohortCertificateProjection>(JasperFx.Events.Projections.ProjectionLifecycle.Inline);
        options.Schema.For<CohortCertificate>().Index(c => c.CohortId).Index(c => c.LearnerId).Index(c => c.StatusList!);
    }
}

/// <summary>Writes <see cref="CohortCertificate"/> in the transaction that issues, or that changes how it stands.</summary>
public partial class CohortCertificateProjection : SingleStreamProjection<CohortCertificate, Guid>
{
    /// <summary>The line of a certificate.</summary>
    public static CohortCertificate Create(IEvent<CertificateIssued> e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return new(e.StreamId, e.Data.CohortId, e.Data.RecordId, e.Data.IssuedOn, e.Data.ValidUntil)
        {
            LearnerId = e.Data.LearnerId,
            StatusList = e.Data.Documents?.Place.List,
            StatusIndex = e.Data.Documents?.Place.Index,
        };
    }

    /// <summary>Suspended.</summary>
    public static CohortCertificate Apply(CertificateSuspended e, CohortCertificate line) => line! with { Standing = Standing.Suspended };

    /// <summary>Reinstated.</summary>
    public static CohortCertificate Apply(CertificateReinstated e, CohortCertificate line) => line! with { Standing = Standing.Issued };

    /// <summary>Revoked.</summary>
    public static CohortCertificate Apply(CertificateRevoked e, CohortCertificate line) => line! with { Standing = Standing.Revoked };

    /// <summary>Superseded.</summary>
    public static CohortCertificate Apply(CertificateSuperseded e, CohortCertificate line) => line! with { Standing = Standing.Superseded };
}
