using MassTransit;
using Tremplin.Contracts.Certification.V1;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>Certification decided: completed with a certificate, or not completed.</summary>
/// <param name="CertificateId">The certificate, or null where the criteria were not met.</param>
/// <param name="AttendedMinutes">Minutes that were counted.</param>
/// <param name="Reasons">Each criterion that was not met.</param>
public sealed record Complete(Guid? CertificateId, int AttendedMinutes, IReadOnlyList<string> Reasons) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now)
    {
        if (state.Status == RecordStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such record.");
        // R33: after a refusal a correction may lead to a certificate.
        if (state.Ended() && (state.Status, CertificateId) is not (RecordStatus.NotCompleted, not null))
            return Decision.Nothing;
        return CertificateId is { } certificate
            ? Decision.Accept(new TrainingCompleted(certificate, AttendedMinutes))
            : Decision.Accept(new TrainingNotCompleted(AttendedMinutes, Reasons));
    }

    /// <summary>The doors for Certification's word.</summary>
    public sealed class Door(Shell shell) : IConsumer<CertificateIssued>, IConsumer<CompletionRefused>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<CertificateIssued> context)
        {
            var m = context.Message;
            (await shell.Handle(m.RecordId, new Complete(m.CertificateId, m.AttendedMinutes, []), Origin.Of(context))).ThrowIfRefused();
        }

        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<CompletionRefused> context)
        {
            var m = context.Message;
            (await shell.Handle(m.RecordId, new Complete(null, m.AttendedMinutes, m.Reasons), Origin.Of(context))).ThrowIfRefused();
        }
    }
}
