using Marten;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;

namespace Tremplin.Scheduling.Sessions;

/// <summary>
/// Corrects what was sealed (R32), by somebody who is not the learner. It counts at once; a week after sealing it is a
/// proposal, until another person agrees (<see cref="ApproveCorrection"/>). A later proposal takes the place of an earlier one.
/// </summary>
/// <param name="RecordId">The training record.</param>
/// <param name="Attendance">What is right.</param>
/// <param name="Reason">Why it is corrected.</param>
/// <param name="Document">What shows that it is right.</param>
public sealed record CorrectAttendance(Guid RecordId, Attendance Attendance, CorrectionReason Reason, CorrectionDocument Document)
{
    /// <summary>(policy, R32) How long after sealing one person may correct alone.</summary>
    public static readonly TimeSpan Alone = TimeSpan.FromDays(7);

    /// <summary>The command, with who corrects, and the learner where the cohort knows one.</summary>
    public Command By(string actor, Guid? learner) => new(this, actor, learner);

    /// <summary>The decision.</summary>
    public sealed record Command(CorrectAttendance Asked, string Actor, Guid? Learner) : ICommand<Session>
    {
        /// <inheritdoc/>
        public Decision Decide(Session state, DateTimeOffset now)
        {
            if (Barred(state, Asked.RecordId, Actor, Learner, out var mark) is { } barred)
                return barred;
            var (evidence, minutes) = (Asked.Attendance.Evidence, Asked.Attendance.Minutes);
            if (minutes < 0 || minutes > mark.Delivered)
                return Decision.Refuse("minutes-out-of-range", $"{minutes} minutes cannot be attended of {mark.Delivered} delivered.");
            if ((evidence == Evidence.NotEvidenced) != (minutes == 0))
                return Decision.Refuse("minutes-without-evidence", "Where nothing shows it there are no minutes, and where something does there are.");
            if (!IsReference(Asked.Document.Reference))
                return Malformed;
            if (mark.Counts == Asked.Attendance)
                return Decision.Nothing;
            var proposed = new AttendanceCorrectionProposed(
                Asked.RecordId, mark.Counts!, Asked.Attendance, Asked.Reason, Asked.Document, Actor, now);
            if (now <= state.SealedAt + Alone)
                return Decision.Accept(Counting(state, mark, proposed, now));
            return mark.Proposed is { } known && known with { At = now } == proposed ? Decision.Nothing : Decision.Accept(proposed);
        }
    }

    internal static Decision Malformed { get; } = Decision.Refuse("reference-malformed", "A reference has up to 40 letters, digits and . / _ - and at least one digit.");

    internal static bool IsReference(string text) =>
        text is { Length: <= 40 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '_' or '-') && text.Any(char.IsAsciiDigit);

    /// <summary>Why this actor cannot correct this record's attendance, or null.</summary>
    internal static Decision? Barred(Session state, Guid record, string actor, Guid? learner, out Mark mark)
    {
        mark = state.Roster.GetValueOrDefault(record)!;
        return state.Status switch
        {
            SessionStatus.Unknown => Decision.Refuse(Problems.Unknown, "There is no such session."),
            _ when mark is null => Decision.Refuse("not-on-roster", $"Record {record} is not on the roster of this session."),
            _ when mark.Counts is null => Decision.Refuse("not-sealed", "The session is not sealed: the mark itself can still be made."),
            _ when Guid.TryParse(actor, out var person) && person == learner =>
                Decision.Refuse("own-attendance", "Nobody corrects their own attendance."),
            _ => null,
        };
    }

    /// <summary>The correction that makes a proposal count.</summary>
    internal static AttendanceCorrected Counting(
        Session state, Mark mark, AttendanceCorrectionProposed proposed, DateTimeOffset now, string? approvedBy = null) => new(
        state.CohortId, mark.RecordId, mark.RecordVersion, mark.Delivered, mark.Counts!, proposed.New, proposed.Reason, proposed.Document,
        proposed.By, now, approvedBy, state.On());

    /// <summary>The learner of a record in a session's cohort.</summary>
    internal static async Task<Guid?> LearnerOf(Guid record, Guid session, IQuerySession store) =>
        await store.LoadAsync<Session>(session) is { } known && await store.LoadAsync<Cohort>(known.CohortId) is { } cohort
            ? cohort.Entries.GetValueOrDefault(record)?.LearnerId
            : null;

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/corrections", async (Guid id, CorrectAttendance body, Shell shell, Origin origin, IQuerySession store) =>
        {
            var command = body.By(origin.Actor, await LearnerOf(body.RecordId, id, store));
            return (await shell.HandleExclusively(id, command, origin)).Answer(o => Results.Ok(o.State.Roster[body.RecordId]));
        }).For(Role.Trainer, Role.Coordinator);
}
