using MassTransit;
using Tremplin.Defaults;
using Certification = Tremplin.Contracts.Certification.V1;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>What somebody decided about a certificate after it was issued.</summary>
public enum CertificateStanding
{
    /// <summary>It stands again, after it was suspended.</summary>
    Reinstated,

    /// <summary>It does not count until somebody has decided.</summary>
    Suspended,

    /// <summary>It never counts again.</summary>
    Revoked,

    /// <summary>Another has taken its place.</summary>
    Superseded,

    /// <summary>It is no longer shown to the public.</summary>
    Withdrawn,
}

/// <summary>
/// R40: notes what was decided about a certificate of the record, so that its partner and its transcript know. The record stays
/// completed: what was trained was trained.
/// </summary>
/// <param name="Changed">What is noted.</param>
public sealed record NoteCertificate(CertificateChanged Changed) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Status == RecordStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such record.");
        return state.CertificateChanges.GetValueOrDefault(Changed.CertificateId)?.CertificateVersion >= Changed.CertificateVersion
            ? Decision.Nothing
            : Decision.Accept(Changed);
    }

    /// <summary>The door for Certification's word.</summary>
    public sealed class Door(Shell shell) : IConsumer<Certification.CertificateChanged>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<Certification.CertificateChanged> context)
        {
            var m = context.Message;
            var changed = new CertificateChanged(m.CertificateId, m.CertificateVersion, (CertificateStanding)m.Standing, m.Reason, m.EffectiveOn, m.SuccessorId);
            (await shell.Handle(m.RecordId, new NoteCertificate(changed), Origin.Of(context))).ThrowIfRefused();
        }
    }
}
