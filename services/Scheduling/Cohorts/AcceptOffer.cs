using MassTransit;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>The learner takes the offered seat. The offer stands until its deadline; what is committed first wins (R7).</summary>
public sealed record AcceptOffer(Guid RecordId, IReadOnlyDictionary<Guid, string> Hindered) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now) => state.Entries.GetValueOrDefault(RecordId) switch
    {
        { Standing: Standing.Offered } offer when now < offer.Deadline => Decision.Accept(new OfferAccepted(RecordId, offer.RecordVersion)),
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
            (await shell.HandleExclusively(m.CohortId, new AcceptOffer(m.RecordId, hindered), Origin.Of(context))).ThrowIfRefused();
        }
    }
}
