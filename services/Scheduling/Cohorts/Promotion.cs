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

    /// <summary>One offer per free seat (R6), to the first in the queue who can take it (R3), with reasons (R10).</summary>
    /// <param name="state">The cohort after the seat became free.</param>
    /// <param name="now">The instant of the decision.</param>
    /// <param name="hindered">Records that cannot take a seat now, and why.</param>
    public static IEnumerable<CohortEvent> Offers(Cohort state, DateTimeOffset now, IReadOnlyDictionary<Guid, string> hindered)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Status != CohortStatus.Open || now >= state.StartsAt - CutOff)
            yield break;
        var lastMoment = state.StartsAt - CutOff;
        var deadline = now + OfferStands < lastMoment ? now + OfferStands : lastMoment;
        var queue = state.Waiting().ToList();
        var passed = queue.Where(e => hindered.ContainsKey(e.RecordId)).ToList();
        foreach (var winner in queue.Except(passed).Take(state.Capacity - state.Occupied()))
        {
            yield return new SeatOffered(
                winner.RecordId, winner.RecordVersion, deadline,
                [.. passed.Where(e => e.Place < winner.Place).Select(e => new PassedOver(e.RecordId, e.Place, hindered[e.RecordId]))]);
        }
    }

    /// <summary>These events, and the offers that follow from them.</summary>
    internal static Decision AndOffer(
        this Cohort state, DateTimeOffset now, IReadOnlyDictionary<Guid, string> hindered, params IReadOnlyList<CohortEvent> events)
    {
        var after = events.Aggregate(state, (s, e) => s.Evolve(e));
        return Decision.Accept([.. events, .. Offers(after, now, hindered)]);
    }
}
