using Marten;
using MassTransit;
using Tremplin.Contracts.Enrollment.V1;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>
/// The public sees no more of it than that it is withdrawn: the holder asked for that, or the law. Whoever has the documents can
/// still verify them, for that does not revoke it.
/// </summary>
/// <param name="Ground">R41: why.</param>
public sealed record WithdrawCertificate(Ground Ground) : ICommand<Certificate>
{
    /// <inheritdoc/>
    public Decision Decide(Certificate state, DateTimeOffset now)
    {
        if (Ground.Fault(state, now) is { } fault)
            return fault;
        return state.Withdrawn is not null ? Decision.Nothing : Decision.Accept(new CertificateWithdrawn(state.Claims!.RecordId, state.Claims.RecordVersion, Ground));
    }

    /// <summary>
    /// The door for Enrollment's word of an erasure. Where the learner asked for it, or nothing should ever have been kept, the law
    /// asks that the public sees no more of it (GDPR, article 17); where a time is over, the name alone is gone.
    /// </summary>
    public sealed class Door(Shell shell, IDocumentStore store, Clock clock) : IConsumer<LearnerErased>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<LearnerErased> context)
        {
            var m = context.Message;
            if (m.Reason == ErasureReason.RetentionEnded)
                return;
            var ground = new Ground(
                m.Reason == ErasureReason.OnRequest ? GroundReason.HolderRequest : GroundReason.Other, "GDPR art. 17", ActorKind.Holder, DateOnly.FromDateTime(clock.Now.UtcDateTime));
            await using var session = store.QuerySession();
            foreach (var id in await session.Query<CohortCertificate>().Where(c => c.LearnerId == m.LearnerId).Select(c => c.Id).ToListAsync(context.CancellationToken))
                (await shell.Handle(id, new WithdrawCertificate(ground), Origin.Of(context))).ThrowIfRefused();
        }
    }
}
