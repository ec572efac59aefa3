using MassTransit;
using Tremplin.Certification.Certificates;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;

namespace Tremplin.Certification.CompletionFiles;

/// <summary>
/// A half-day was sealed (R30: not evidenced is 0 minutes attended), or what was attended of it was corrected: its latest
/// version counts. After the decision a correction is judged anew, and a person decides what follows (R33).
/// </summary>
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
        if (state.HalfDays.GetValueOrDefault(SessionId)?.SessionVersion >= SessionVersion)
            return Decision.Nothing;
        if (AttendedMinutes < 0 || AttendedMinutes > DeliveredMinutes)
            return Decision.Refuse("minutes-out-of-range", $"{AttendedMinutes} minutes cannot be attended of {DeliveredMinutes} delivered.");
        var halfDay = new HalfDayRecorded(SessionId, SessionVersion, CohortId, DeliveredMinutes, AttendedMinutes);
        if (state.Decided is not { } decided)
            return state.AndJudge(halfDay);
        return state.Judged().Any(h => h.SessionId == SessionId) ? state.JudgeAgain(decided, halfDay) : Decision.Nothing;
    }

    /// <summary>The doors for Scheduling's sealed half-days and their corrections.</summary>
    public sealed class Door(Shell shell, Issuing issuing, ReissueCertificate reissue) : IConsumer<AttendanceSealed>, IConsumer<AttendanceCorrected>
    {
        /// <inheritdoc/>
        public Task Consume(ConsumeContext<AttendanceSealed> context)
        {
            var m = context.Message;
            return Record(m.RecordId, new(m.SessionId, m.SessionVersion, m.CohortId, m.DeliveredMinutes, m.AttendedMinutes), Origin.Of(context));
        }

        /// <inheritdoc/>
        public async Task Consume(ConsumeContext<AttendanceCorrected> context)
        {
            var (m, origin) = (context.Message, Origin.Of(context));
            var file = await Record(m.RecordId, new(m.SessionId, m.SessionVersion, m.CohortId, m.DeliveredMinutes, m.AttendedMinutes), origin);
            await reissue.Corrected(m.RecordId, file, origin);
        }

        private async Task<CompletionFile> Record(Guid record, RecordHalfDay command, Origin origin)
        {
            var outcome = await shell.Handle(record, command, origin);
            outcome.ThrowIfRefused();
            (await issuing.WhereEarned(record, outcome.State, origin))?.ThrowIfRefused();
            return outcome.State;
        }
    }
}
