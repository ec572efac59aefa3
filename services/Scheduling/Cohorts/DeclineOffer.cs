using MassTransit;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>The learner does not take the offered seat; it is offered on.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="RecordVersion">The record's version after the answer.</param>
/// <param name="Hindered">Waiting records that cannot take a seat now, and why (R10).</param>
public sealed record DeclineOffer(Guid RecordId, long RecordVersion, IReadOnlyDictionary<Guid, string> Hindered) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now) => state.Entries.GetValueOrDefault(RecordId) switch
    {
        // The answer is older than the request to which this offer was made: it answered an earlier one.
        { } entry when entry.RecordVersion > RecordVersion => Decision.Nothing,
        { Standing: Standing.Offered } offer => state.AndOffer(now, Hindered, new OfferDeclined(RecordId, offer.RecordVersion)),
        // The cancellation overtook the answer: whoever says no needs no other cohort (R28).
        { Standing: Standing.Displaced } => Decision.Accept(new DispositionRecorded(RecordId, Disposition.Closed, CohortId: null)),
        { } => Decision.Nothing,
        null => Decision.Refuse(Problems.Unknown, "The cohort never offered this record a seat."),
    };

    /// <summary>The door for Enrollment's answers.</summary>
    public sealed class Door(Shell shell, TimeClashes clashes) : IConsumer<Contracts.Enrollment.V1.OfferDeclined>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<Contracts.Enrollment.V1.OfferDeclined> context)
        {
            var m = context.Message;
            var hindered = await clashes.Of(m.CohortId, context.CancellationToken);
            var outcome = await shell.HandleExclusively(
                m.CohortId, new DeclineOffer(m.RecordId, m.RecordVersion, hindered), Origin.Of(context));
            outcome.ThrowIfRefused();
        }
    }
}
