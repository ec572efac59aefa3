using MassTransit;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>A half-day was sealed. Hours count in whatever order the messages arrive.</summary>
public sealed record RecordAttendance(Guid SessionId, Guid CohortId, int DeliveredMinutes, int AttendedMinutes, DateOnly? On = null) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now)
    {
        if (state.Status == RecordStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such record.");
        return state.Attended.ContainsKey(SessionId)
            ? Decision.Nothing
            : Decision.Accept(new AttendanceRecorded(SessionId, DeliveredMinutes, AttendedMinutes, On) { CohortId = CohortId });
    }

    /// <summary>The door for Scheduling's seal.</summary>
    public sealed class Door(Shell shell) : IConsumer<AttendanceSealed>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<AttendanceSealed> context)
        {
            var m = context.Message;
            var command = new RecordAttendance(m.SessionId, m.CohortId, m.DeliveredMinutes, m.AttendedMinutes, m.On);
            (await shell.Handle(m.RecordId, command, Origin.Of(context))).ThrowIfRefused();
        }
    }
}
