using System.Security.Claims;
using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>The learner takes the offered seat or leaves it. The cohort confirms: what is committed there first wins (R7).</summary>
public sealed record AnswerOffer(bool Accept) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now) => state switch
    {
        { Status: RecordStatus.Unknown } => Decision.Refuse(Problems.Unknown, "There is no such record."),
        // Whoever is out has no seat to leave.
        { Status: RecordStatus.Withdrawn } when !Accept => Decision.Nothing,
        { Seat: { Accepted: true } } when !state.Ended() => Accept
            ? Decision.Nothing
            : Decision.Refuse("offer-accepted", "The offer was accepted; withdraw instead."),
        { Seat.OfferEnds: { } end } when now >= end => Decision.Refuse("offer-expired", $"The offer ended at {end:u}."),
        { Status: RecordStatus.SeatOffered, Seat: { } offer } =>
            Decision.Accept(Accept ? new OfferAccepted(offer.CohortId) : new OfferDeclined(offer.CohortId)),
        _ => Decision.Refuse("no-offer", "No seat is offered to this record."),
    };

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (word, accept) in new[] { ("accept", true), ("decline", false) })
        {
            routes.MapPost($"/records/{{id}}/offer/{word}",
                async (Guid id, Shell shell, Origin origin, ClaimsPrincipal caller, IQuerySession store) =>
                    await Transcript.Hidden(id, caller, store) ?? (await shell.Handle(id, new AnswerOffer(accept), origin))
                        .Answer(o => Results.Accepted($"/records/{id}", Transcript.Of(id, o.State))))
                .For(Role.Partner, Role.Coordinator);
        }
    }
}
