using System.Runtime.CompilerServices;
using Npgsql;

namespace Tremplin.Cli.Audit;

/// <summary>The learners' keys that are there, beside the erasures that are recorded. A key is gone where the learner was erased, and nowhere else.</summary>
/// <param name="keys">The database of the keys.</param>
/// <param name="store">Enrollment's.</param>
/// <param name="grace">So long may a key outlive its learner's erasure.</param>
internal sealed class HeldKeys(NpgsqlDataSource keys, NpgsqlDataSource store, TimeSpan grace)
{
    private const string Erased = "type = 'learner.erased.v1'";

    private sealed record Learner(Guid Id, (long Sequence, long Version, bool Overdue)? Erasure);

    /// <summary>Compares. Both come in the order of the ids: memory does not grow with them.</summary>
    /// <param name="snapshot">Enrollment's events as they are verified, older than the keys.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<List<Finding>> Compare(NpgsqlConnection snapshot, CancellationToken stop)
    {
        var (findings, missing) = (new List<Finding>(), new List<Guid>());
        await using (var held = Held(stop).GetAsyncEnumerator(stop))
        {
            var more = await held.MoveNextAsync();
            await foreach (var learner in Learners(snapshot, stop))
            {
                // Of learners who came since the snapshot, or whose application was never received in full.
                while (more && held.Current.CompareTo(learner.Id) < 0)
                    more = await held.MoveNextAsync();
                var there = more && held.Current == learner.Id;
                if (!there && learner.Erasure is null)
                    missing.Add(learner.Id);
                else if (there && learner.Erasure is { Overdue: true } erasure)
                    findings.Add(new("unerased", erasure.Sequence, learner.Id, erasure.Version, $"Learner {learner.Id} is erased by version {erasure.Version}, sequence {erasure.Sequence}; the key is there all the same."));
            }
        }

        foreach (var learner in await NotErasedSince(missing, stop))
            findings.Add(new("masked", null, learner, null, $"The key of learner {learner} is gone, and no erasure is recorded: nobody can read who it is."));
        return findings;
    }

    private async IAsyncEnumerable<Guid> Held([EnumeratorCancellation] CancellationToken stop)
    {
        await using var held = keys.CreateCommand("SELECT learner_id FROM learner_keys ORDER BY learner_id");
        await using var rows = await held.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop))
            yield return rows.GetGuid(0);
    }

    private async IAsyncEnumerable<Learner> Learners(NpgsqlConnection snapshot, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var learners = new NpgsqlCommand(
            $"""
            SELECT s.id, e.seq_id, e.version, e.timestamp < now() - $1 FROM enrollment.mt_streams s
            LEFT JOIN enrollment.mt_events e ON e.stream_id = s.id AND e.{Erased} WHERE s.type = 'learner' ORDER BY s.id
            """, snapshot)
        {
            Parameters = { new() { Value = grace } },
        };
        await using var rows = await learners.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop))
            yield return new(rows.GetGuid(0), rows.IsDBNull(1) ? null : (rows.GetInt64(1), rows.GetInt64(2), rows.GetBoolean(3)));
    }

    // The keys are younger than the snapshot: who is missing may have been erased in between.
    private async Task<List<Guid>> NotErasedSince(List<Guid> missing, CancellationToken stop)
    {
        await using var erased = store.CreateCommand(
            $"SELECT m FROM unnest($1) AS m WHERE NOT EXISTS (SELECT FROM enrollment.mt_events e WHERE e.stream_id = m AND e.{Erased}) ORDER BY m");
        erased.Parameters.AddWithValue(missing.ToArray());
        await using var rows = await erased.ExecuteReaderAsync(stop);
        var left = new List<Guid>();
        while (await rows.ReadAsync(stop))
            left.Add(rows.GetGuid(0));
        return left;
    }
}
