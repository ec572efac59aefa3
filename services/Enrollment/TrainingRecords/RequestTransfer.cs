using System.Security.Claims;
using Marten;
using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>
/// R18: asks for a seat in another cohort. The seat, the offer or the place in the present one is kept until there is one, and stays
/// as it is where the other is full. Hours done stay with the record.
/// </summary>
/// <param name="Choice">The other cohort, as named.</param>
public sealed record RequestTransfer(CohortChoice Choice) : ICommand<TrainingRecord>
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
        _ => Decision.Accept(new TransferRequested(Choice.CohortId!.Value, state.Application!.LearnerId, Choice.Facts?.AgreementRequired ?? false)),
    };

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/records/{id}/transfer", async (
            Guid id, Target body, Shell shell, Origin origin, ClaimsPrincipal caller, IQuerySession store, OpenCohorts cohorts) =>
        {
            if (await Transcript.Hidden(id, caller, store) is { } hidden)
                return hidden;
            var (record, offering) = (await store.LoadAsync<TrainingRecord>(id), await store.LoadAsync<Offering>(body.CohortId));
            var choice = cohorts.Named(body.CohortId, offering, record!.Application!.Programme);
            return (await shell.Handle(id, new RequestTransfer(choice), origin)).Answer(o => Results.Accepted($"/records/{id}", Transcript.Of(id, o.State)));
        }).For(Role.Partner, Role.Coordinator);

    /// <summary>The body of the request.</summary>
    /// <param name="CohortId">The other cohort.</param>
    public sealed record Target(Guid CohortId);
}
