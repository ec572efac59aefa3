using Marten;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Programmes;

namespace Tremplin.Scheduling.Sessions;

/// <summary>
/// Says when a learner was connected to a half-day from elsewhere (R34). A report holds all connections of the learner; until the
/// half-day is sealed the last one counts. One mark counts (R30): a signature goes before it, and it goes before the trainer's word.
/// </summary>
/// <param name="RecordId">The training record.</param>
/// <param name="Connections">From when to when, in any order. They may overlap, as with two devices, and reach beyond the half-day.</param>
/// <param name="Kind">What noted them.</param>
/// <param name="Reference">Where the log is filed: up to 40 letters, digits and <c>. / _ -</c>, at least one digit.</param>
public sealed record ReportConnections(Guid RecordId, IReadOnlyList<Connection> Connections, LogKind Kind, string Reference)
{
    private const int Most = 200;

    /// <summary>The command, with who reports, and the cohort, whose programme has the threshold.</summary>
    public Command By(string actor, Cohort? cohort) => new(this, actor, cohort?.Programme?.MinConnectedShare ?? ProgrammeVersion.UsualConnectedShare);

    /// <summary>The decision.</summary>
    public sealed record Command(ReportConnections Asked, string Actor, decimal MinShare) : ICommand<Session>
    {
        /// <inheritdoc/>
        public Decision Decide(Session state, DateTimeOffset now)
        {
            if (SignAttendance.Barred(state, Asked.RecordId) is { } barred)
                return barred;
            Connection[] connections = [.. Asked.Connections.Select(c => new Connection(c.From.ToUniversalTime(), c.To.ToUniversalTime())).OrderBy(c => c.From).ThenBy(c => c.To)];
            if (connections.Length is 0 or > Most)
                return Decision.Refuse("connections-out-of-range", $"A report has from 1 to {Most} connections.");
            if (connections.Any(c => c.To <= c.From))
                return Decision.Refuse("ends-before-start", "A connection ends after it starts.");
            if (!CorrectAttendance.IsReference(Asked.Reference))
                return CorrectAttendance.Malformed;
            if (state.Roster[Asked.RecordId].Connected is { } known && known.Connections.SequenceEqual(connections) && (known.Kind, known.Reference) == (Asked.Kind, Asked.Reference))
                return Decision.Nothing;
            if (state.Status == SessionStatus.Sealed)
                return SignAttendance.TooLate;
            return connections.Any(c => c.To > now)
                ? Decision.Refuse("not-over", "A connection that is reported is over.")
                : Decision.Accept(new ConnectionsReported(Asked.RecordId, connections, MinShare, Asked.Kind, Asked.Reference, Actor, now));
        }
    }

    /// <summary>The whole minutes in [<paramref name="start"/>, <paramref name="end"/>) with a connection. What overlaps counts once.</summary>
    public static int Minutes(IEnumerable<Connection> connections, DateTimeOffset start, DateTimeOffset end)
    {
        var (connected, until) = (TimeSpan.Zero, start);
        foreach (var c in connections.OrderBy(c => c.From))
        {
            var (from, to) = (c.From > until ? c.From : until, c.To < end ? c.To : end);
            if (to <= from)
                continue;
            connected += to - from;
            until = to;
        }

        return (int)connected.TotalMinutes;
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/sessions/{id}/connections", async (Guid id, ReportConnections body, Shell shell, Origin origin, IQuerySession store) =>
        {
            var session = await store.LoadAsync<Session>(id);
            var command = body.By(origin.Actor, await store.LoadAsync<Cohort>(session?.CohortId ?? Guid.Empty));
            return (await shell.HandleExclusively(id, command, origin)).Answer(o => Results.Ok(new
            {
                id,
                body.RecordId,
                connectedMinutes = o.State.ConnectedMinutes(body.RecordId),
                plannedMinutes = o.State.DeliveredMinutes(),
                o.State.Roster[body.RecordId].Connected!.MinShare,
                evidence = SealSession.Shown(o.State, o.State.Roster[body.RecordId]),
            }));
        }).For(Role.Trainer, Role.Coordinator);
}
