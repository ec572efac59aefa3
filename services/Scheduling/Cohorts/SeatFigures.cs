using Tremplin.Defaults.Audit;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>What operators watch of the seats: those of all open cohorts together.</summary>
public static class SeatFigures
{
    private const string Live = "data ->> 'status' IN ('Open', 'Tentative', 'Confirmed', 'Running')";

    private const string Entries =
        $"FROM scheduling.mt_doc_cohort, jsonb_each(data -> 'entries') entry WHERE {Live} AND entry.value ->> 'standing'";

    /// <summary>Adds the gauges.</summary>
    public static void Watch(WebApplication app)
    {
        app.Watch("tremplin.seats", "{seat}", "Seats of open cohorts.",
            $"""
            SELECT seats::float8, state
            FROM (SELECT coalesce(sum((data ->> 'capacity')::int), 0) AS all_seats FROM scheduling.mt_doc_cohort WHERE {Live}) capacity,
                 (SELECT count(*) AS held {Entries} = 'Seated') seated, (SELECT count(*) AS offered {Entries} = 'Offered') offers,
                 (SELECT coalesce(sum((entry.value ->> 'seats')::int), 0) AS unnamed {Entries} = 'Reserved') groups,
                 LATERAL (VALUES (all_seats - held - offered - unnamed, 'free'), (held, 'held'), (offered, 'offered'), (unnamed, 'reserved')) AS each_state (seats, state)
            """, "state");
        app.Watch("tremplin.waitlist", "{request}", "Requests that wait for a seat of an open cohort.", $"SELECT count(*)::float8 {Entries} = 'Waiting'");
        app.Watch("tremplin.offers.overdue", "{offer}", "Offers that should have expired.",
            $"SELECT count(*)::float8 {Entries} = 'Offered' AND (entry.value ->> 'deadline')::timestamptz < $1 - interval '{Promotion.Grace.TotalSeconds} seconds'");
    }
}
