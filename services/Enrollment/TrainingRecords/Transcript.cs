using System.Security.Claims;
using Marten;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>A training record as its readers see it.</summary>
public static class Transcript
{
    /// <summary>The transcript of a record in this state.</summary>
    /// <param name="id">The record.</param>
    /// <param name="record">Its state.</param>
    /// <param name="survivors">R46: who the learners are; where nothing is given, the learner is the one who applied.</param>
    public static object Of(Guid id, TrainingRecord record, IReadOnlyDictionary<Guid, Guid>? survivors = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new
        {
            id,
            record.Version,
            state = record.Status,
            learnerId = record.Application is { } a ? survivors?.GetValueOrDefault(a.LearnerId, a.LearnerId) ?? a.LearnerId : (Guid?)null,
            appliedAs = record.Application?.LearnerId,
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
            certificateId = record.LastCertificate(),
            certificateStanding = record.LastCertificate() is { } certificate ? record.CertificateChanges.GetValueOrDefault(certificate)?.Standing : null,
            record.DuplicateOf,
            duplicates = record.Duplicates.OrderBy(d => d.Key).Select(d => new { recordId = d.Key, attendedMinutes = d.Value }),
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
                ? Results.Ok(Of(id, record, await store.Survivors([record.Application!.LearnerId])))
                : Problems.NotFound("record", id);
        }).For(Role.Partner, Role.Coordinator, Role.Auditor);
        routes.MapGet("/records", async (
            ClaimsPrincipal caller, IQuerySession store, RecordStatus? state, Guid? cohort, Guid? learner, Guid? after, int take = 100) =>
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
            if (learner is { } one)
            {
                Guid[] everybody = [.. await store.Everybody(await store.Survivor(one))];
                found = found.Where(r => r.Application!.LearnerId.IsOneOf(everybody));
            }

            var records = await found.OrderBy(r => r.Id).Take(Math.Clamp(take, 1, 1000)).ToListAsync();
            var survivors = await store.Survivors(records.Select(r => r.Application!.LearnerId));
            return Results.Ok(records.Select(r => Of(r.Id, r, survivors)));
        }).For(Role.Partner, Role.Coordinator, Role.Auditor);
        routes.MapGet("/records/{id}/history", async (Guid id, ClaimsPrincipal caller, IQuerySession store) =>
            await Hidden(id, caller, store)
                ?? Results.Ok((await store.Events.FetchStreamAsync(id)).Select(e => e.Shown())))
            .For(Role.Partner, Role.Coordinator, Role.Auditor);
    }
}
