using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Tremplin.Defaults.Audit;

/// <summary>What operators watch of a store: how far the daemon and the ledger have come.</summary>
public static class Figures
{
    /// <summary>
    /// Adds a gauge that lies in the store. The leading replica reads it, at the pace of the exporter and on its thread; the
    /// others say nothing, so that nothing counts twice. While the store does not answer there is no figure.
    /// </summary>
    /// <param name="app">The service.</param>
    /// <param name="name">The gauge's name.</param>
    /// <param name="unit">Its unit (UCUM).</param>
    /// <param name="description">What it says.</param>
    /// <param name="sql">Gives a number and, with a label, the label's value. $1 is the time of decisions.</param>
    /// <param name="label">What tells its series apart.</param>
    public static void Watch(this WebApplication app, string name, string unit, string description, string sql, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        var (books, leader, clock) = (app.Services.GetRequiredService<Books>(), app.Services.GetRequiredService<Leader>(), app.Services.GetRequiredService<Clock>());
        Telemetry.Meter.CreateObservableGauge(name, Read, unit, description);

        IEnumerable<Measurement<double>> Read()
        {
            if (!leader.Leads)
                yield break;
            using var command = books.Database.CreateCommand(sql);
            command.Parameters.AddWithValue(clock.Now);
            // All figures wait for this one.
            command.CommandTimeout = 2;
            using var rows = command.ExecuteReader();
            while (rows.Read())
                yield return label is null ? new(rows.GetDouble(0)) : new(rows.GetDouble(0), new KeyValuePair<string, object?>(label, rows.GetString(1)));
        }
    }

    internal static void Watch(WebApplication app, string service)
    {
        var (keeper, leader) = (app.Services.GetRequiredService<LedgerKeeper>(), app.Services.GetRequiredService<Leader>());
        Telemetry.Meter.CreateObservableGauge("tremplin.leader", () => leader.Leads ? 1 : 0, null, "1 where this replica leads.");
        Telemetry.Meter.CreateObservableGauge(
            "tremplin.ledger.refuses", () => leader.Leads && keeper.Refuses is not null ? 1 : 0, null, "1 where this replica leads and signs nothing, since the store does not continue what was witnessed.");
        // Marten notes more than how far it has come.
        var subscriptions = $"{service}.mt_event_progression WHERE name = 'HighWaterMark' OR name LIKE '%:%'";
        app.Watch("tremplin.daemon.lag", "{event}", "Stored events that a subscription has not worked through.",
            $"""
            SELECT greatest(coalesce((SELECT max(seq_id) FROM {service}.mt_events), 0) - last_seq_id, 0)::float8, split_part(name, ':', 1)
            FROM {subscriptions}
            """, "subscription");
        app.Watch("tremplin.daemon.delay", "s", "Age of the oldest stored event that a subscription has not worked through.",
            $"""
            SELECT coalesce((SELECT extract(epoch FROM clock_timestamp() - timestamp) FROM {service}.mt_events WHERE seq_id > last_seq_id ORDER BY seq_id LIMIT 1), 0)::float8,
                   split_part(name, ':', 1)
            FROM {subscriptions}
            """, "subscription");
        // The sequences of a tile's events stand beside its hashes: from a size one comes to an event.
        var signed = $"SELECT size, made_at FROM {service}.ledger_checkpoint ORDER BY size DESC LIMIT 1";
        app.Watch("tremplin.ledger.size", "{event}", "Events under the newest checkpoint.", $"SELECT size::float8 FROM ({signed}) newest");
        app.Watch("tremplin.ledger.checkpoint.age", "s", "Age of the newest checkpoint. It grows while nothing happens.",
            $"SELECT extract(epoch FROM clock_timestamp() - made_at)::float8 FROM ({signed}) newest");
        app.Watch("tremplin.ledger.unsigned.age", "s", "Age of the oldest stored event that is under no checkpoint.",
            $"""
            SELECT coalesce((SELECT extract(epoch FROM clock_timestamp() - timestamp) FROM {service}.mt_events
                             WHERE type <> 'tombstone' AND seq_id > coalesce((SELECT sequences[(size - 1) % {Ledger.Tile.Width} + 1]
                                 FROM ({signed}) newest JOIN {service}.ledger_tile ON level = 0 AND place = (size - 1) / {Ledger.Tile.Width}), 0)
                             ORDER BY seq_id LIMIT 1), 0)::float8
            """);
    }
}
