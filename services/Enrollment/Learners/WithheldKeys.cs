using Npgsql;

namespace Tremplin.Enrollment.Learners;

/// <summary>
/// The keys of learners whose erasure waits for the end of a legal hold. No service finds one that is withheld: whichever it is, it
/// shows the learner as erased. By the fingerprints beside it whoever applies is still recognised, and not taken.
/// </summary>
public sealed class WithheldKeys(NpgsqlDataSource database) : IAsyncDisposable
{
    /// <summary>Withholds the keys of these learners, wherever they are left. Again it changes nothing.</summary>
    public async Task Withhold(IReadOnlyCollection<Guid> learners)
    {
        await using var command = database.CreateCommand("UPDATE learner_keys SET withheld = true WHERE learner_id = ANY($1) AND NOT withheld");
        command.Parameters.AddWithValue(learners.ToArray());
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();
}
