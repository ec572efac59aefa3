using MassTransit;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Offerings;

/// <summary>Takes note of another number of seats (R12). The cohort's latest word counts.</summary>
/// <param name="Capacity">Seats.</param>
/// <param name="CohortVersion">The cohort's version that says so.</param>
public sealed record AnnounceCapacity(int Capacity, long CohortVersion) : ICommand<Offering>
{
    /// <inheritdoc/>
    public Decision Decide(Offering state, DateTimeOffset now)
    {
        // It overtook the opening: the message is taken again later.
        if (state.Cohort is null)
            throw new InvalidOperationException("The cohort's opening has not arrived yet.");
        return CohortVersion > state.CohortVersion ? Decision.Accept(new CapacityAnnounced(Capacity, CohortVersion)) : Decision.Nothing;
    }

    /// <summary>The door for Scheduling's announcement.</summary>
    public sealed class Door(Shell shell) : IConsumer<CapacityChanged>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<CapacityChanged> context)
        {
            var m = context.Message;
            (await shell.Handle(m.CohortId, new AnnounceCapacity(m.Capacity, m.CohortVersion), Origin.Of(context))).ThrowIfRefused();
        }
    }
}
