namespace Tremplin.Cli.Backups;

/// <summary>Keys that were backed up before their learner was erased come back with them: they go again before anybody can read.</summary>
internal static class Erased
{
    private const int AtOnce = 10_000;

    /// <summary>Destroys the keys of all whose erasure is recorded, and says how many there were.</summary>
    public static async Task<int> Again(Place place, CancellationToken stop)
    {
        await using var enrollment = place.Open("enrollment");
        await using var keys = place.Open(Place.Keys);
        var learners = new List<Guid>();
        await using (var erased = enrollment.CreateCommand("SELECT stream_id FROM enrollment.mt_events WHERE type = 'learner.erased.v1'"))
        await using (var rows = await erased.ExecuteReaderAsync(stop))
        {
            while (await rows.ReadAsync(stop))
                learners.Add(rows.GetGuid(0));
        }

        var gone = 0;
        foreach (var some in learners.Chunk(AtOnce))
        {
            await using var destroy = keys.CreateCommand("DELETE FROM learner_keys WHERE learner_id = ANY($1)");
            destroy.Parameters.AddWithValue(some);
            gone += await destroy.ExecuteNonQueryAsync(stop);
        }

        // The rows are to leave the disk, too.
        await using var clear = keys.CreateCommand("VACUUM (INDEX_CLEANUP ON) learner_keys");
        await clear.ExecuteNonQueryAsync(stop);
        return gone;
    }
}
