using Marten;
using Npgsql;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Sessions;

/// <summary>Why half-days may have a trainer or a room at the same time. A code, so that nobody writes personal data here.</summary>
public enum DoubleBookingReason
{
    /// <summary>They are held together, as one.</summary>
    HeldTogether,

    /// <summary>Somebody else is there too, or the room is large enough for both.</summary>
    EnoughForBoth,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>
/// R23: a trainer or a room is in one half-day at a time, from its start up to its end, which is no longer part of it. PostgreSQL
/// holds it: the bookings are written with the events, in one transaction, and a constraint lets no two overlap that are not
/// together. Each placing of a half-day stands alone; one that a person lets share stands together with those that it names, for
/// the time that it has in common with them.
/// </summary>
public static class Bookings
{
    private const int Attempts = 5;

    // In turn: two that want the same at once would wait for each other's rows, and PostgreSQL ends that by an error that says nothing.
    private const string InTurn = "LOCK TABLE scheduling.booking IN SHARE ROW EXCLUSIVE MODE";

    private const string Missing =
        """
        WITH wanted AS (SELECT unnest(?::text[]) AS resource, ?::uuid AS session_id, tstzrange(?, ?) AS during, ?::uuid AS together),
        missing AS (
          SELECT w.*, multirange(w.during) - coalesce(
            (SELECT range_agg(b.during) FROM scheduling.booking b WHERE b.session_id = w.session_id AND b.resource = w.resource), '{}') AS parts
          FROM wanted w),
        shared AS (
          SELECT m.resource, b.together, range_agg(b.during) * m.parts AS parts
          FROM missing m JOIN scheduling.booking b ON b.resource = m.resource AND b.during && m.during
          WHERE b.session_id = ANY(?::uuid[]) GROUP BY m.resource, m.parts, b.together)
        INSERT INTO scheduling.booking (resource, session_id, during, together)
        SELECT m.resource, m.session_id, unnest(s.parts), s.together FROM missing m JOIN shared s ON s.resource = m.resource
        UNION ALL
        SELECT m.resource, m.session_id, unnest(m.parts - coalesce(
          (SELECT range_agg(part) FROM shared s, unnest(s.parts) part WHERE s.resource = m.resource), '{}')), m.together
        FROM missing m
        """;

    /// <summary>The table and its constraint.</summary>
    public static InSql Table => new("scheduling", "booking",
        """
        CREATE EXTENSION IF NOT EXISTS btree_gist;
        CREATE TABLE scheduling.booking (
            resource      text         NOT NULL,
            session_id    uuid         NOT NULL,
            during        tstzrange    NOT NULL,
            together      uuid         NOT NULL,
        CONSTRAINT booking_one_at_a_time EXCLUDE USING gist (resource WITH =, during WITH &&, together WITH <>)
        );
        CREATE INDEX booking_session ON scheduling.booking (session_id)
        """,
        "FROM pg_constraint WHERE conrelid = to_regclass('scheduling.booking') AND conname = 'booking_one_at_a_time'");

    /// <summary>What a half-day takes up, in words. Rooms are told apart by their place; nobody and nowhere are not booked.</summary>
    public static IReadOnlyList<string> Of(Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.Status is SessionStatus.Unknown or SessionStatus.Cancelled)
            return [];
        return [
            .. string.IsNullOrWhiteSpace(session.Trainer) ? [] : (string[])[$"trainer {session.Trainer}"],
            .. string.IsNullOrWhiteSpace(session.Room) || session.Place.Length == 0 ? [] : (string[])[$"room {session.Room}, {session.Place}"],
        ];
    }

    /// <summary>The event of a person who lets it share, where there is anybody to share with.</summary>
    internal static IEnumerable<SessionEvent> Shared(DoubleBookingReason? why, IReadOnlyList<Guid> others) =>
        why is { } reason && others.Count > 0 ? [new DoubleBookingAllowed(others, reason)] : [];

    /// <summary>Books what events changed, in the transaction that stores them.</summary>
    internal static void Keep(IDocumentOperations operations, Session session, IReadOnlyList<object> events)
    {
        if (!events.Any(e => e is SessionPlanned or SessionRescheduled or SessionCancelled or SessionInterrupted))
            return;
        operations.QueueSqlCommand(InTurn);
        if (events.Any(e => e is SessionPlanned or SessionRescheduled or SessionCancelled))
            operations.QueueSqlCommand("DELETE FROM scheduling.booking WHERE session_id = ?", session.Id);
        else
            operations.QueueSqlCommand("UPDATE scheduling.booking SET during = during * tstzrange(?, ?) WHERE session_id = ?", session.StartsAt, session.End(), session.Id);
        // A placing has an id of its own: what was allowed for one is not for the next.
        var own = NameBased.Id("booking", session.Id.ToString(), session.Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (Of(session) is { Count: > 0 } resources)
            operations.QueueSqlCommand(Missing, resources.ToArray(), session.Id, session.StartsAt, session.End(), own, session.SharesWith.ToArray());
    }

    /// <summary>
    /// Asks, and where PostgreSQL refuses the booking answers who has the trainer or the room. Where a person lets them be shared,
    /// the command is told with which half-days.
    /// </summary>
    /// <param name="id">The half-day.</param>
    /// <param name="command">The command, with the half-days that have the trainer or the room at that time; none unless it may share.</param>
    /// <param name="mayShare">Whether a person lets it share.</param>
    /// <param name="door">Where it was asked.</param>
    /// <param name="accepted">The answer where it is done.</param>
    internal static async Task<IResult> Ask(
        Guid id, Func<IReadOnlyList<Guid>, ICommand<Session>> command, bool mayShare, Door door, Func<Outcome<Session>, IResult> accepted)
    {
        for (var attempt = 1; ; attempt++)
        {
            var others = mayShare ? (await door.Others(id, command([]))).Others : [];
            try
            {
                return (await door.Shell.HandleExclusively(id, command([.. others.Select(o => o.Id).Order()]), door.Origin)).Answer(accepted);
            }
            catch (Exception e) when (e.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.ExclusionViolation } && attempt < Attempts)
            {
                // None where who had it has gone meanwhile; and with leave to share, who came is one more to share with.
                var (wanted, taken) = await door.Others(id, command([]));
                if (!mayShare && taken.Count > 0)
                    return Problems.Of(StatusCodes.Status409Conflict, "double-booked", Words(wanted, taken));
            }
        }
    }

    private static string Words(Session wanted, IReadOnlyList<Session> taken) => "Not free at that time: " + string.Join("; ",
        from other in taken
        from resource in Of(other).Intersect(Of(wanted))
        select $"{resource}, by half-day {other.Number} of the cohort {other.CohortId} (session {other.Id}), from {other.StartsAt:u} to {other.End():u}") + ".";

    /// <summary>What a door has at hand.</summary>
    /// <param name="Shell">Decides.</param>
    /// <param name="Origin">Who asks.</param>
    /// <param name="Store">Where half-days and bookings are.</param>
    /// <param name="Clock">The time.</param>
    internal sealed record Door(Shell Shell, Origin Origin, IDocumentStore Store, Clock Clock)
    {
        /// <summary>The half-day as the command wants it, and the others that have its trainer or its room then.</summary>
        public async Task<(Session Wanted, IReadOnlyList<Session> Others)> Others(Guid id, ICommand<Session> command)
        {
            await using var session = Store.QuerySession();
            var state = await session.LoadAsync<Session>(id) ?? Session.Initial with { Id = id };
            var wanted = ((command.Decide(state, Clock.Now) as Decision.Accepted)?.Events ?? []).Aggregate(state, (s, e) => s.Evolve(e));
            if (Of(wanted) is not { Count: > 0 } resources)
                return (wanted, []);
            var others = await session.QueryAsync<Session>(
                "WHERE id IN (SELECT session_id FROM scheduling.booking WHERE resource = ANY(?::text[]) AND during && tstzrange(?, ?)) AND id <> ?",
                resources.ToArray(), wanted.StartsAt, wanted.End(), id);
            // What was planned before half-days knew their place is booked by that of its cohort.
            return (wanted, [.. others.Select(o => o.Place.Length > 0 ? o : o with { Place = wanted.Place }).OrderBy(o => o.StartsAt)]);
        }
    }
}
