using MassTransit;
using Tremplin.Certification.Certificates;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;

namespace Tremplin.Certification.CompletionFiles;

/// <summary>A half-day was sealed (R30: not evidenced is 0 minutes attended). Sealed anew, its latest version counts.</summary>
/// <param name="SessionId">The half-day.</param>
/// <param name="SessionVersion">The session's version after sealing.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="DeliveredMinutes">Minutes held.</param>
/// <param name="AttendedMinutes">Minutes evidenced, at most the minutes held (R36).</param>
public sealed record RecordHalfDay(
    Guid SessionId, long SessionVersion, Guid CohortId, int DeliveredMinutes, int AttendedMinutes) : ICommand<CompletionFile>
{
    /// <inheritdoc/>
    public Decision Decide(CompletionFile state, DateTimeOffset now)
    {
        if (state.Decided is not null || state.HalfDays.GetValueOrDefault(SessionId)?.SessionVersion >= SessionVersion)
            return Decision.Nothing;
        return AttendedMinutes < 0 || AttendedMinutes > DeliveredMinutes
            ? Decision.Refuse("minutes-out-of-range", $"{AttendedMinutes} minutes cannot be attended of {DeliveredMinutes} delivered.")
            : state.AndJudge(new HalfDayRecorded(SessionId, SessionVersion, CohortId, DeliveredMinutes, AttendedMinutes));
    }

    /// <summary>The door for Scheduling's sealed half-days.</summary>
    public sealed class Door(Shell shell) : IConsumer<AttendanceSealed>
    {
        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<AttendanceSealed> context)
        {
            var (m, origin) = (context.Message, Origin.Of(context));
            var command = new RecordHalfDay(m.SessionId, m.SessionVersion, m.CohortId, m.DeliveredMinutes, m.AttendedMinutes);
            var outcome = await shell.Handle(m.RecordId, command, origin);
            outcome.ThrowIfRefused();
            await IssueCertificate.WhereEarned(m.RecordId, outcome.State, shell, origin);
        }
    }
}
