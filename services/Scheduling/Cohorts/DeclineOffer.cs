using MassTransit;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>The learner does not take the offered seat; it is offered on.</summary>
public sealed record DeclineOffer(Guid RecordId, IReadOnlyDictionary<Guid, string> Hindered) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now) => state.Entries.GetValueOrDefault(RecordId) switch
    {
        { Standing: Standing.Offered } offer => state.AndOffer(now, Hindered, new OfferDeclined(RecordId, offer.RecordVersion)),
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
            (await shell.HandleExclusively(m.CohortId, new DeclineOffer(m.RecordId, hindered), Origin.Of(context))).ThrowIfRefused();
        }
    }
}
