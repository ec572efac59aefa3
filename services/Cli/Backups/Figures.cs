using System.Data;
using Npgsql;
using Tremplin.Cli.Audit;

namespace Tremplin.Cli.Backups;

/// <summary>What a platform holds, in figures that a backup and what was restored from it must share.</summary>
internal static class Figures
{
    // Of the read models: what is reported is counted there. A name that ends with a colon is continued by the first column.
    private static readonly (string Database, string Name, string Query)[] Reports =
    [
        ("enrollment", "records:", "SELECT data ->> 'status', count(*) FROM enrollment.mt_doc_trainingrecord GROUP BY 1 ORDER BY 1"),
        ("enrollment", "organisations", "SELECT '', count(*) FROM enrollment.mt_doc_organisation"),
        ("enrollment", "minutes attended, on records", "SELECT '', coalesce(sum(a.value::bigint), 0)::bigint FROM enrollment.mt_doc_trainingrecord, jsonb_each_text(data -> 'attended') a"),
        ("enrollment", "learners erased", "SELECT '', count(*) FROM enrollment.mt_events WHERE type = 'learner.erased.v1'"),
        ("scheduling", "cohorts:", "SELECT data ->> 'status', count(*) FROM scheduling.mt_doc_cohort GROUP BY 1 ORDER BY 1"),
        ("scheduling", "seats:", "SELECT e.value ->> 'standing', count(*) FROM scheduling.mt_doc_cohort, jsonb_each(data -> 'entries') e GROUP BY 1 ORDER BY 1"),
        ("scheduling", "half-days:", "SELECT data ->> 'status', count(*) FROM scheduling.mt_doc_session GROUP BY 1 ORDER BY 1"),
        ("certification", "certificates issued", "SELECT '', count(*) FROM certification.mt_doc_cohortcertificate"),
        ("identity", "clients", "SELECT '', count(*) FROM \"OpenIddictApplications\""),
    ];

    /// <summary>Counts what is reported of the data.</summary>
    /// <param name="database">Gives a connection to a database, in the state that is counted.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<Dictionary<string, long>> Reported(Func<string, NpgsqlConnection> database, CancellationToken stop)
    {
        var figures = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, report, query) in Reports)
            await Count(database(name), report, query, figures, stop);
        return figures;
    }

    /// <summary>Counts the learners' keys.</summary>
    public static async Task<Dictionary<string, long>> Keys(NpgsqlConnection keys, CancellationToken stop)
    {
        var figures = new Dictionary<string, long>(StringComparer.Ordinal);
        await Count(keys, "learners' keys", "SELECT '', count(*) FROM learner_keys", figures, stop);
        return figures;
    }

    /// <summary>Reads every event of a store, and says what it holds.</summary>
    /// <param name="place">The platform.</param>
    /// <param name="service">The service.</param>
    /// <param name="witness">The folder with the checkpoints to prove it by.</param>
    /// <param name="snapshot">The snapshot to read; null: what is there.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<(Stored Stored, IReadOnlyList<Finding> Findings)> Store(
        Place place, string service, string witness, string? snapshot, CancellationToken stop)
    {
        await using var store = Verify.Store(place.Postgres, service);
        await using var keys = Verify.Store(place.Postgres, Place.Keys);
        var verified = await Verify.Of(service, store, witness, service == "enrollment" ? new(keys, store, TimeSpan.FromMinutes(1)) : null, snapshot)
            .Run(_ => { }, stop);
        return (new(service, verified.Events, verified.Highest, verified.Root, verified.Covered, await Newest(store, service, snapshot, stop), verified.Checkpoints, verified.Proven, verified.Findings.Count), verified.Findings);
    }

    /// <summary>The newest checkpoint in a snapshot: one may be signed since of no more leaves than are in it.</summary>
    private static async Task<string> Newest(NpgsqlDataSource store, string service, string? snapshot, CancellationToken stop)
    {
        await using var connection = await store.OpenConnectionAsync(stop);
        await using var reading = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        if (snapshot is not null)
        {
            await using var share = new NpgsqlCommand($"SET TRANSACTION SNAPSHOT '{snapshot}'", connection);
            await share.ExecuteNonQueryAsync(stop);
        }

        await using var newest = new NpgsqlCommand($"SELECT note FROM {service}.ledger_checkpoint ORDER BY size DESC LIMIT 1", connection);
        return await newest.ExecuteScalarAsync(stop) as string ?? "";
    }

    private static async Task Count(NpgsqlConnection database, string name, string query, Dictionary<string, long> figures, CancellationToken stop)
    {
        await using var count = new NpgsqlCommand(query, database);
        await using var rows = await count.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop))
            figures.Add($"{name} {rows.GetString(0)}".Trim(), rows.GetInt64(1));
    }
}
