using System.Security.Claims;
using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>A training record as its readers see it.</summary>
public static class Transcript
{
    /// <summary>The transcript of a record in this state.</summary>
    public static object Of(Guid id, TrainingRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new
        {
            id,
            record.Version,
            state = record.Status,
            learnerId = record.Application?.LearnerId,
            programme = record.Application?.Programme,
            cycle = record.Application?.Cycle,
            partner = record.Application?.Partner,
            applicationRef = record.Application?.Ref,
            organisationRef = record.Application?.OrganisationRef,
            appliedOn = record.Application?.AppliedOn,
            cohortId = record.Seat?.CohortId,
            place = record.Status == RecordStatus.Waitlisted ? record.Seat?.Place : null,
            offerEnds = record.Status == RecordStatus.SeatOffered ? record.Seat?.OfferEnds : null,
            attendedMinutes = record.Attended.Values.Sum(),
            record.CertificateId,
            record.Reasons,
        };
    }

    /// <summary>A 404 where the record does not exist or belongs to another partner; null where the caller may see it.</summary>
    public static async Task<IResult?> Hidden(Guid id, ClaimsPrincipal caller, IQuerySession store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.LoadAsync<TrainingRecord>(id) is { } known && caller.MaySee(known.Application!.Partner)
            ? null
            : Problems.NotFound("record", id);
    }

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/records/{id}", async (Guid id, ClaimsPrincipal caller, IQuerySession store) =>
        {
            var record = await store.LoadAsync<TrainingRecord>(id);
            return record is not null && caller.MaySee(record.Application!.Partner)
                ? Results.Ok(Of(id, record))
                : Problems.NotFound("record", id);
        }).For(Role.Partner, Role.Coordinator, Role.Auditor);
        routes.MapGet("/records", async (
            ClaimsPrincipal caller, IQuerySession store, RecordStatus? state, Guid? cohort, Guid? after, int take = 100) =>
        {
            IQueryable<TrainingRecord> found = store.Query<TrainingRecord>();
            if (caller.IsInRole(Role.Partner) && caller.FindFirstValue("organisation") is { } partner)
                found = found.Where(r => r.Application!.Partner == partner);
            if (after is { } last)
                found = found.Where(r => r.Id.CompareTo(last) > 0);
            if (state is { } wanted)
                found = found.Where(r => r.Status == wanted);
            if (cohort is { } here)
                found = found.Where(r => r.Seat!.CohortId == here);
            var records = await found.OrderBy(r => r.Id).Take(Math.Clamp(take, 1, 1000)).ToListAsync();
            return Results.Ok(records.Select(r => Of(r.Id, r)));
        }).For(Role.Partner, Role.Coordinator, Role.Auditor);
        routes.MapGet("/records/{id}/history", async (Guid id, ClaimsPrincipal caller, IQuerySession store) =>
            await Hidden(id, caller, store)
                ?? Results.Ok((await store.Events.FetchStreamAsync(id)).Select(e => e.Shown())))
            .For(Role.Partner, Role.Coordinator, Role.Auditor);
    }
}
