using MassTransit;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Offerings;

/// <summary>Takes note that a cohort takes no more requests.</summary>
public sealed record EndCohort : ICommand<Offering>
{
    /// <inheritdoc/>
    public Decision Decide(Offering state, DateTimeOffset now) => state switch
    {
        // The end overtook the opening: the message is taken again later.
        { Cohort: null } => throw new InvalidOperationException("The cohort's opening has not arrived yet."),
        { Open: true } => Decision.Accept(new CohortEnded()),
        _ => Decision.Nothing,
    };

    /// <summary>The doors for Scheduling's announcements.</summary>
    public sealed class Door(Shell shell) : IConsumer<CohortClosed>, IConsumer<CohortCancelled>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<CohortCancelled> context) =>
            (await shell.Handle(context.Message.CohortId, new EndCohort(), Origin.Of(context))).ThrowIfRefused();

        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<CohortClosed> context) =>
            (await shell.Handle(context.Message.CohortId, new EndCohort(), Origin.Of(context))).ThrowIfRefused();
    }
}
