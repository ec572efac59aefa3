using MassTransit;
using Tremplin.Certification.Certificates;
using Tremplin.Contracts.Enrollment.V1;
using Tremplin.Defaults;

namespace Tremplin.Certification.CompletionFiles;

/// <summary>A seat was confirmed: the file learns who holds it. A transfer confirms a later version; the latest counts (R18).</summary>
/// <param name="RecordVersion">The record's version after the confirmation.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="LearnerId">The learner.</param>
/// <param name="Name">The learner's name, sealed.</param>
/// <param name="OrganisationRef">The learner's organisation.</param>
/// <param name="Partner">The partner that sent the application.</param>
public sealed record NameHolder(
    long RecordVersion, Guid CohortId, Guid LearnerId, Sealed Name, string OrganisationRef, string Partner) : ICommand<CompletionFile>
{
    /// <summary>R18: the half-days done before, in a cohort that was left.</summary>
    public IReadOnlyList<Guid> Earlier { get; init; } = [];

    /// <inheritdoc/>
    public Decision Decide(CompletionFile state, DateTimeOffset now) =>
        state.Decided is not null || state.Holder?.RecordVersion >= RecordVersion
            ? Decision.Nothing
            : state.AndJudge(new HolderNamed(RecordVersion, CohortId, LearnerId, Name, OrganisationRef, Partner)
            {
                EarlierSessionIds = Earlier.Count == 0 ? null : Earlier,
            });

    /// <summary>The door for Enrollment's confirmations.</summary>
    public sealed class Door(Shell shell, Issuing issuing) : IConsumer<SeatConfirmed>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<SeatConfirmed> context)
        {
            var (m, origin) = (context.Message, Origin.Of(context));
            var command = new NameHolder(m.RecordVersion, m.CohortId, m.LearnerId, new(m.SealedName), m.OrganisationRef, m.Partner) { Earlier = m.EarlierSessionIds };
            var outcome = await shell.Handle(m.RecordId, command, origin);
            outcome.ThrowIfRefused();
            (await issuing.WhereEarned(m.RecordId, outcome.State, origin))?.ThrowIfRefused();
        }
    }
}
