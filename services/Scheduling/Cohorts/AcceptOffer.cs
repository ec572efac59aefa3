using MassTransit;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>The learner takes the offered seat. An answer given before the deadline counts, also when it arrives later (R7).</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the answer.</param>
/// <param name="At">When the learner said yes, UTC.</param>
/// <param name="Hindered">Waiting records that cannot take a seat now, and why (R10).</param>
public sealed record AcceptOffer(Guid RecordId, long RecordVersion, DateTimeOffset At, IReadOnlyDictionary<Guid, string> Hindered) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now) => state.Entries.GetValueOrDefault(RecordId) switch
    {
        // The answer is older than the request to which this offer was made: it answered an earlier one.
        { } entry when entry.RecordVersion > RecordVersion => Decision.Nothing,
        { Standing: Standing.Offered } offer when At < offer.Deadline => Decision.Accept(new OfferAccepted(RecordId, offer.RecordVersion)),
        { Standing: Standing.Offered } offer =>
            state.AndOffer(now, Hindered, new OfferExpired(RecordId, offer.RecordVersion, offer.Deadline!.Value)),
        // Seated: accepted before. Left: the expiry was announced; the record hears of it by that message.
        { } => Decision.Nothing,
        null => Decision.Refuse(Problems.Unknown, "The cohort never offered this record a seat."),
    };

    /// <summary>The door for Enrollment's answers.</summary>
    public sealed class Door(Shell shell, TimeClashes clashes) : IConsumer<Contracts.Enrollment.V1.OfferAccepted>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<Contracts.Enrollment.V1.OfferAccepted> context)
        {
            var m = context.Message;
            var hindered = await clashes.Of(m.CohortId, context.CancellationToken);
            var outcome = await shell.HandleExclusively(
                m.CohortId, new AcceptOffer(m.RecordId, m.RecordVersion, m.AcceptedAt, hindered), Origin.Of(context));
            outcome.ThrowIfRefused();
        }
    }
}
