using System.Security.Claims;
using Marten;
using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>
/// R18: asks for a seat in another cohort. The seat, the offer or the place in the present one is kept until there is one, and stays
/// as it is where the other is full. Who would rather wait there says so, and leaves the present one for a place in that queue: a
/// record has one seat or one place (R14). Hours done stay with the record.
/// </summary>
/// <param name="Choice">The other cohort, as named.</param>
/// <param name="Queue">Whether a place in the queue will do where there is no seat.</param>
public sealed record RequestTransfer(CohortChoice Choice, bool Queue = false) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) => state switch
    {
        { Status: RecordStatus.Unknown } => Decision.Refuse(Problems.Unknown, "There is no such record."),
        _ when state.Ended() => Decision.Refuse("record-ended", $"The record has ended: {state.Status}."),
        { Transfer: { } open } => open.CohortId == Choice.CohortId
            ? Decision.Nothing
            : Decision.Refuse("transfer-pending", "Another transfer waits for its answer."),
        _ when Choice.Refusal is { } refusal => Decision.Refuse("cohort-not-open", refusal),
        { Seat: null } or { Status: RecordStatus.AwaitingSeat } =>
            Decision.Refuse("no-seat", "Only from a seat, an offer or a place in a queue can one change."),
        { Seat: { } seat } when seat.CohortId == Choice.CohortId => Decision.Refuse("same-cohort", "The record is in this cohort already."),
        _ => Decision.Accept(new TransferRequested(Choice.CohortId!.Value, state.Application!.LearnerId, Choice.Facts?.AgreementRequired ?? false) { Queue = Queue }),
    };

    /// <summary>
    /// The other cohort has a seat, an offer or a place for the record, so what it has elsewhere is left first; or, had it ended
    /// meanwhile, what the other has. An answer to anything else goes its way.
    /// </summary>
    internal static Decision Answered(TrainingRecord state, Guid cohort, long requestVersion, Func<TrainingRecord, IReadOnlyList<object>> with)
    {
        if (state.Transfer is not { } transfer || transfer.CohortId != cohort || transfer.RequestVersion != requestVersion)
            return Decision.Accept(with(state));
        if (state.Ended())
            return Decision.Accept(new TransferAbandoned(cohort));
        var moved = new Transferred(state.Seat?.CohortId, cohort);
        return Decision.Accept([moved, .. with(state.Evolve(moved))]);
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/records/{id}/transfer", async (
            Guid id, Target body, Shell shell, Origin origin, ClaimsPrincipal caller, IQuerySession store, OpenCohorts cohorts) =>
        {
            if (await Transcript.Hidden(id, caller, store) is { } hidden)
                return hidden;
            var (record, offering) = (await store.LoadAsync<TrainingRecord>(id), await store.LoadAsync<Offering>(body.CohortId));
            var choice = cohorts.Named(body.CohortId, offering, record!.Application!.Programme);
            return (await shell.Handle(id, new RequestTransfer(choice, body.Queue), origin)).Answer(o => Results.Accepted($"/records/{id}", Transcript.Of(id, o.State)));
        }).For(Role.Partner, Role.Coordinator);

    /// <summary>The body of the request.</summary>
    /// <param name="CohortId">The other cohort.</param>
    /// <param name="Queue">True to wait there, and leave the present cohort for that, where it is full.</param>
    public sealed record Target(Guid CohortId, bool Queue = false);
}
