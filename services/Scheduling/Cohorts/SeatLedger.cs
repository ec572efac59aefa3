using Marten;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>What the cohort decided, line by line and in words; and where everybody stands now.</summary>
public static class SeatLedger
{
    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/cohorts/{id}", async (Guid id, IQuerySession store) =>
            await store.LoadAsync<Cohort>(id) is { } cohort
                ? Results.Ok(new
                {
                    cohort.Id,
                    cohort.Version,
                    cohort.Status,
                    cohort.ProgrammeRef,
                    programmeVersion = cohort.Programme?.Version,
                    cohort.Zone,
                    cohort.Place,
                    cohort.Territories,
                    cohort.Capacity,
                    occupied = cohort.Occupied(),
                    waiting = cohort.Waiting().Count(),
                    cohort.StartsAt,
                    cohort.EndsAt,
                    seats = cohort.Entries.Values.Where(e => e.Standing == Standing.Seated).OrderBy(e => e.Place),
                    offers = cohort.Entries.Values.Where(e => e.Standing == Standing.Offered).OrderBy(e => e.Place),
                    queue = cohort.Waiting().Select((e, i) => new { position = i + 1, e.RecordId, e.Place }),
                })
                : Problems.NotFound("cohort", id))
            .For(Role.Coordinator, Role.Trainer, Role.Auditor);
        routes.MapGet("/cohorts/{id}/ledger", async (Guid id, IQuerySession store) =>
            await store.Events.FetchStreamAsync(id) is { Count: > 0 } events
                ? Results.Ok(events.Select(e => new { e.Version, at = e.OccurredAt(), by = e.Header(Origin.ActorHeader), says = Words(e.Data), e.Data }))
                : Problems.NotFound("cohort", id))
            .For(Role.Coordinator, Role.Auditor);
    }

    /// <summary>A decision in words.</summary>
    public static string Words(object decision) => decision switch
    {
        CohortPlanned e => $"A cohort of {e.ProgrammeRef} with {e.Capacity} seats is planned in {e.Place} ({e.Zone}).",
        CohortOpened e => $"Requests are taken; version {e.Programme.Version} of {e.Programme.Ref} is pinned.",
        SeatAssigned e => $"A seat was free and nobody waited: record {e.RecordId} has it.",
        RequestWaitlisted e => $"No seat was free: record {e.RecordId} waits.",
        SeatRequestRefused e => $"Record {e.RecordId} was not taken. {e.Reason}",
        RequestWithdrawn { Was: Standing.Seated } e => $"Record {e.RecordId} withdrew; a seat is free.",
        RequestWithdrawn { Was: Standing.Offered } e => $"Record {e.RecordId} withdrew; its offer is void and the seat is free.",
        RequestWithdrawn e => $"Record {e.RecordId} withdrew; it held no seat.",
        SeatOffered { PassedOver: [] } e => $"The seat is offered to record {e.RecordId}, first in the queue, until {e.Deadline:u}.",
        SeatOffered e => $"The seat is offered to record {e.RecordId} until {e.Deadline:u}. Passed over: "
            + string.Join("; ", e.PassedOver.Select(p => $"{p.RecordId} ({p.Why})")) + ".",
        OfferAccepted e => $"Record {e.RecordId} accepted and has the seat.",
        OfferDeclined e => $"Record {e.RecordId} declined; the seat is free.",
        OfferExpired e => $"Record {e.RecordId} did not answer by {e.Deadline:u}; the seat is free.",
        AssessmentRecorded e => $"Record {e.RecordId} was assessed.",
        TrainingFinished e => $"The training is over for record {e.RecordId}.",
        CohortClosed => "The cohort is closed.",
        _ => decision.GetType().Name,
    };
}
