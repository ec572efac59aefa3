using MassTransit;
using Tremplin.Defaults;
using Contract = Tremplin.Contracts.Scheduling.V1.AttendanceCorrected;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>What was attended of a half-day was corrected (R32). It may come before the word that the half-day was sealed.</summary>
public sealed record CorrectAttendance(
    Guid SessionId, long SessionVersion, int DeliveredMinutes, int AttendedMinutes, Guid? CohortId = null, DateOnly? On = null) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now)
    {
        if (state.Status == RecordStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such record.");
        return state.Corrected.GetValueOrDefault(SessionId) >= SessionVersion
            ? Decision.Nothing
            : Decision.Accept(new AttendanceCorrected(SessionId, SessionVersion, DeliveredMinutes, AttendedMinutes, CohortId, On));
    }

    /// <summary>The door for Scheduling's corrections.</summary>
    public sealed class Door(Shell shell) : IConsumer<Contract>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<Contract> context)
        {
            var m = context.Message;
            var command = new CorrectAttendance(m.SessionId, m.SessionVersion, m.DeliveredMinutes, m.AttendedMinutes, m.CohortId, m.On);
            (await shell.Handle(m.RecordId, command, Origin.Of(context))).ThrowIfRefused();
        }
    }
}
