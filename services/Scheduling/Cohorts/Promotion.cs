using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>The rule for a promoted learner: who is offered a seat that became free, until when, and who was passed over.</summary>
public static class Promotion
{
    /// <summary>(policy, R6) How long an offer stands.</summary>
    public static readonly TimeSpan OfferStands = TimeSpan.FromHours(48);

    /// <summary>(policy, R7) How long an answer given in time may be on its way before the offer is ended.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>(policy, R6, R8) No offer reaches into the last day before the first session.</summary>
    public static readonly TimeSpan CutOff = TimeSpan.FromHours(24);

    /// <summary>(policy, R22b) How long an organisation may take to name the learners of its reserved seats.</summary>
    public static readonly TimeSpan NamesWithin = TimeSpan.FromDays(7);

    /// <summary>(policy, R11) After so many passes a coordinator is asked to look at a group.</summary>
    public const int PassesUntilCoordinator = 3;

    /// <summary>The end of an offer that is made now (R6).</summary>
    public static DateTimeOffset Deadline(Cohort state, DateTimeOffset now) => Earlier(now + OfferStands, state);

    /// <summary>Until when reserved seats are to be named (R22b).</summary>
    public static DateTimeOffset NameBy(Cohort state, DateTimeOffset now) => Earlier(now + NamesWithin, state);

    /// <summary>
    /// One offer per free seat (R6), to the first in the queue who can take it (R3, R4), with the reasons why those ahead could not
    /// (R10). A group takes all its seats at once, or none and keeps its rank (R11).
    /// </summary>
    /// <param name="state">The cohort after the seat became free.</param>
    /// <param name="now">The instant of the decision.</param>
    /// <param name="hindered">Records that cannot take a seat now, and why.</param>
    public static IEnumerable<CohortEvent> Offers(Cohort state, DateTimeOffset now, IReadOnlyDictionary<Guid, string> hindered)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.TakesRequests() || now >= state.StartsAt - CutOff)
            yield break;
        var free = state.Capacity - state.Occupied();
        var passed = new List<PassedOver>();
        foreach (var entry in state.Waiting())
        {
            if (free <= 0)
                yield break;
            if (Against(entry, free, hindered) is { } why)
            {
                passed.Add(new(entry.RecordId, entry.Place, why));
                continue;
            }

            free -= entry.Seats;
            yield return entry.Organisation is { } organisation
                ? new SeatsReserved(entry.RecordId, organisation, entry.Seats, NameBy(state, now), [.. passed])
                : new SeatOffered(entry.RecordId, entry.RecordVersion, Deadline(state, now), [.. passed]);
        }
    }

    private static string? Against(Entry entry, int free, IReadOnlyDictionary<Guid, string> hindered) =>
        entry.Seats > free ? $"group too large: needs {entry.Seats} seats together, {free} free" : hindered.GetValueOrDefault(entry.RecordId);

    private static DateTimeOffset Earlier(DateTimeOffset end, Cohort state) => end < state.StartsAt - CutOff ? end : state.StartsAt - CutOff;

    /// <summary>These events, and the offers that follow from them.</summary>
    internal static Decision AndOffer(
        this Cohort state, DateTimeOffset now, IReadOnlyDictionary<Guid, string> hindered, params IReadOnlyList<CohortEvent> events)
    {
        CohortEvent[] all = [.. events, .. Offers(events.Aggregate(state, (s, e) => s.Evolve(e)), now, hindered)];
        var after = all.Aggregate(state, (s, e) => s.Evolve(e));
        // R11: asked once, when the group has been passed over that often.
        var asked = after.Waiting().Where(e => e.Organisation is not null && e.Passes >= PassesUntilCoordinator && state.Entries[e.RecordId].Passes < PassesUntilCoordinator);
        return Decision.Accept([.. all, .. asked.Select(e => new GroupNeedsCoordinator(e.RecordId, e.Passes))]);
    }
}
