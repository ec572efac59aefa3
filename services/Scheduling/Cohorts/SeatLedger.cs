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
                    programmeTitle = cohort.Programme?.Title,
                    halfDays = cohort.Programme?.HalfDays,
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
                    reserved = cohort.Entries.Values.Where(e => e.Standing == Standing.Reserved).OrderBy(e => e.Place).Select(ReserveSeats.Shown),
                    queue = cohort.Waiting().Select((e, i) => new { position = i + 1, e.RecordId, e.Place, e.Priority, e.Seats, e.Organisation, e.Passes }),
                    cohort.MinimumDueAt,
                    groupsForCoordinator = cohort.Waiting().Where(e => e.Organisation is not null && e.Passes >= Promotion.PassesUntilCoordinator).Select(e => e.RecordId),
                    withoutDisposition = cohort.Displaced().Select(e => e.RecordId),
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
        CapacityOverridden e => $"Record {e.RecordId} was given a seat beyond the capacity by a person ({e.Reason}).",
        RequestWaitlisted { Priority: { } p } e => $"No seat was free: record {e.RecordId} waits, ahead by class {p.Class} ({p.Source}).",
        RequestWaitlisted e => $"No seat was free: record {e.RecordId} waits.",
        SeatRequestRefused e => $"Record {e.RecordId} was not taken. {e.Reason}",
        RequestWithdrawn { Was: Standing.Seated } e => $"Record {e.RecordId} left; a seat is free.",
        RequestWithdrawn { Was: Standing.Offered } e => $"Record {e.RecordId} left; its offer is void and the seat is free.",
        RequestWithdrawn e => $"Record {e.RecordId} left; it held no seat.",
        SeatOffered { PassedOver: [] } e => $"The seat is offered to record {e.RecordId}, first in the queue, until {e.Deadline:u}.",
        SeatOffered e => $"The seat is offered to record {e.RecordId} until {e.Deadline:u}." + Ahead(e.PassedOver),
        SeatsReserved e => $"{e.Seats} seats are held for {e.Organisation}, which names the learners by {e.NameBy:u}." + Ahead(e.PassedOver),
        ReservationWaitlisted e => $"{e.Seats} seats were not free together: the group {e.ReservationId} of {e.Organisation} waits.",
        ReservationEnded { Why: ReservationEnd.NotNamed } e => $"Nobody was named in time: {e.Seats} reserved seats are free.",
        ReservationEnded { Why: ReservationEnd.GivenBack } e => $"The organisation gave back {e.Seats} seats of the group {e.ReservationId}.",
        ReservationEnded e => $"The cohort is over for the group {e.ReservationId}.",
        GroupNeedsCoordinator e => $"The group {e.ReservationId} was passed over {e.Passes} times: a coordinator is asked to look at it.",
        CapacityChanged e => $"There are {e.To} seats from now on; there were {e.From}.",
        MinimumDecided { Result: MinimumResult.Confirm } e => $"It will be held: {e.Expected} would come, {e.Minimum} are needed.",
        MinimumDecided e => $"Too few so far: {e.Expected} would come, {e.Minimum} are needed." + (e.Until is { } until ? $" It is decided again at {until:u}." : " A coordinator decides."),
        CohortStarted => "The first half-day has begun.",
        CohortCancelled { Interrupted: true } e => $"The cohort was broken off ({e.Reason}); what was held stays held.",
        CohortCancelled e => $"The cohort was cancelled ({e.Reason}).",
        SeatLost { Was: Standing.Waiting } e => $"Record {e.RecordId} lost its place in the queue.",
        SeatLost { Was: Standing.Offered } e => $"Record {e.RecordId} lost the seat that was offered to it.",
        SeatLost e => $"Record {e.RecordId} lost its seat.",
        DispositionRecorded { Disposition: Disposition.Moved } e => $"Record {e.RecordId} asks for a seat in cohort {e.CohortId}.",
        DispositionRecorded { Disposition: Disposition.Waits } e => $"No other cohort is open for record {e.RecordId}: it asks the next that opens, ahead of others.",
        DispositionRecorded e => $"Record {e.RecordId} had left, or had ended: nothing more to do.",
        LearnerAbsent e => $"Record {e.RecordId} was in none of the first {e.SessionIds.Count} half-days; the seat is given up.",
        OfferAccepted e => $"Record {e.RecordId} accepted and has the seat.",
        OfferDeclined e => $"Record {e.RecordId} declined; the seat is free.",
        OfferExpired e => $"Record {e.RecordId} did not answer by {e.Deadline:u}; the seat is free.",
        AssessmentRecorded e => $"Record {e.RecordId} was assessed.",
        TrainingFinished e => $"The training is over for record {e.RecordId}.",
        CohortClosed => "The cohort is closed.",
        _ => decision.GetType().Name,
    };

    private static string Ahead(IReadOnlyList<PassedOver> passed) =>
        passed is [] ? "" : " Passed over: " + string.Join("; ", passed.Select(p => $"{p.RecordId} ({p.Why})")) + ".";
}
