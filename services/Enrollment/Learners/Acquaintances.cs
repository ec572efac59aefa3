using System.Security.Cryptography;
using System.Text;
using Marten;
using Npgsql;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Learners;

/// <summary>A learner who may be the person that applies.</summary>
/// <param name="LearnerId">The learner.</param>
/// <param name="Why">Why there is a doubt.</param>
public sealed record Candidate(Guid LearnerId, Doubt Why);

/// <summary>Who somebody turned out to be.</summary>
/// <param name="Known">The learner who is recognised; null for somebody new, and where it is doubtful.</param>
/// <param name="Candidates">Those who may be the same person; empty where there is no doubt.</param>
public sealed record Met(Guid? Known, IReadOnlyList<Candidate> Candidates)
{
    /// <summary>R46: the id as which the learner was found, an alias perhaps. What is noted belongs there, so that it goes with it when a merge is undone.</summary>
    public Guid? As { get; init; }
}

/// <summary>
/// Finds the learners whom somebody may be. The marks stand beside the keys, as keyed fingerprints, and go when a key is
/// destroyed; what is found by them is opened and compared.
/// </summary>
public sealed class Acquaintances : IAsyncDisposable
{
    // Of a mailbox that hundreds share it is enough to look at some.
    private const int Most = 200;

    private readonly NpgsqlDataSource _database;
    private readonly LearnerKeys _keys;
    private readonly IDocumentStore _store;
    private readonly Lazy<byte[]> _secret;
    private readonly Desk<Sought> _seeking;
    private readonly Desk<Noted> _noting;

    /// <summary>Those whose marks are in this database, under the secret in this folder.</summary>
    public Acquaintances(NpgsqlDataSource database, LearnerKeys keys, IDocumentStore store, string secretsFolder)
    {
        (_database, _keys, _store) = (database, keys, store);
        (_seeking, _noting) = (new(Find, paced: false), new(Note, paced: true));
        _secret = new(() => Secrets.Bytes(Path.Combine(secretsFolder, "personal-data.key"), 64));
    }

    /// <summary>Who this person is, who applies for an organisation.</summary>
    public async Task<Met> Meet(Person person, string organisation, CancellationToken cancellation)
    {
        Mark[] strong = [.. Likeness.Keys(person)], weak = [Likeness.Twin(person), .. Likeness.Marks(person, organisation)];
        var (found, survivors) = await Find([.. strong, .. weak]);
        if (strong.Select(mark => (Mark: mark, Learner: found[mark].Select(l => (Guid?)l).FirstOrDefault())).FirstOrDefault(f => f.Learner is not null) is { Learner: { } known } recognised)
        {
            // Where the birth date is part of what was found, or where there is none, nothing speaks against it but a twin.
            Guid[] both = [.. (person.BirthDate is null ? found[weak[0]] : []).Prepend(known).Select(l => survivors[l]).Distinct()];
            if (both.Length > 1)
                return new(null, [.. both.Select(l => new Candidate(l, Doubt.OneOfTwo))]);
            var doubtful = person.BirthDate is not null && recognised.Mark == strong[^1]
                && await Open(known, cancellation) is { } other && Likeness.Between(person, other, MarkKind.Identity) is not null;
            return doubtful ? new(null, [new(survivors[known], Doubt.AnotherBirthDate)]) : new(survivors[known], []) { As = known };
        }

        var candidates = new List<Candidate>();
        foreach (var (learner, mark) in weak[1..].SelectMany(mark => found[mark].Select(learner => (learner, mark))))
        {
            // Compared as they were registered; what they are is one candidate (R46).
            if (candidates.All(c => c.LearnerId != survivors[learner])
                && await Open(learner, cancellation) is { } other && Likeness.Between(person, other, mark.Kind) is { } doubt)
            {
                candidates.Add(new(survivors[learner], doubt));
            }
        }

        return new(null, candidates);
    }

    /// <summary>Notes by what a learner is found again. What was noted before stays.</summary>
    public Task Note(Guid learner, IEnumerable<Mark> marks)
    {
        var one = new Noted(learner, [.. marks.Select(Fingerprint)]);
        _noting.Enqueue(one);
        return one.Done.Task;
    }

    // One statement for many. Keys are locked in the order in which they are registered, and marks are noted in their own, so
    // that nobody waits for each other.
    private async Task Note(List<Noted> batch)
    {
        try
        {
            var marks = batch.SelectMany(one => one.Fingerprints.Select(mark => (Mark: mark, one.Learner))).ToList();
            await using var command = _database.CreateCommand(
                """
                WITH known AS (SELECT learner_id FROM learner_keys WHERE learner_id = ANY($2) ORDER BY fingerprint FOR KEY SHARE)
                INSERT INTO learner_marks SELECT mark, learner_id FROM known JOIN unnest($1, $2) AS noted (mark, learner) ON learner = learner_id
                ORDER BY mark, learner_id ON CONFLICT DO NOTHING
                """);
            command.Parameters.AddWithValue(marks.Select(m => m.Mark).ToArray());
            command.Parameters.AddWithValue(marks.Select(m => m.Learner).ToArray());
            await command.ExecuteNonQueryAsync();
            foreach (var one in batch)
                one.Done.TrySetResult();
        }
        catch (PostgresException) when (batch.Count > 1)
        {
            // One of them is at fault, or an erasure of the same moment: each alone, so that the others go on.
            foreach (var one in batch)
                await Note([one]);
        }
        catch (Exception e)
        {
            foreach (var one in batch)
                one.Done.TrySetException(e);
        }
    }

    /// <summary>Who a learner is; null where the learner was erased.</summary>
    public async Task<Person?> Open(Guid learner, CancellationToken cancellation)
    {
        await using var session = _store.QuerySession();
        var first = await session.Events.FetchStreamAsync(learner, version: 1, token: cancellation);
        return first is [{ Data: LearnerRegistered registered }] && await _keys.Find(learner) is { } key ? Person.Of(registered.Person, key) : null;
    }

    /// <summary>Adds it.</summary>
    public static void Add(IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (connection, folder) = (builder.Required("ConnectionStrings:Keys") + ";Max Auto Prepare=16;No Reset On Close=true", builder.Required("Secrets:Folder"));
        builder.Services.AddSingleton(services => new Acquaintances(
            NpgsqlDataSource.Create(connection), services.GetRequiredService<LearnerKeys>(), services.GetRequiredService<IDocumentStore>(), folder));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _seeking.DisposeAsync();
        await _noting.DisposeAsync();
        await _database.DisposeAsync();
    }

    private Task<Found> Find(Mark[] marks)
    {
        var one = new Sought([.. marks.Select(mark => (mark, Convert.ToHexString(Fingerprint(mark))))]);
        _seeking.Enqueue(one);
        return one.Found.Task;
    }

    // One statement for many.
    private async Task Find(List<Sought> batch)
    {
        try
        {
            await using var command = _database.CreateCommand(
                """
                SELECT fingerprint, learner_id FROM learner_keys WHERE fingerprint = ANY($1)
                UNION ALL SELECT asked.mark, few.learner_id FROM unnest($1) AS asked (mark)
                CROSS JOIN LATERAL (SELECT learner_id FROM learner_marks WHERE mark = asked.mark LIMIT $2) AS few
                """);
            command.Parameters.AddWithValue(batch.SelectMany(one => one.Marks).Select(m => m.Fingerprint).Distinct(StringComparer.Ordinal).Select(Convert.FromHexString).ToArray());
            command.Parameters.AddWithValue(Most);
            var stored = new List<(string Fingerprint, Guid Learner)>();
            await using (var rows = await command.ExecuteReaderAsync())
            {
                while (await rows.ReadAsync())
                    stored.Add((Convert.ToHexString((byte[])rows[0]), rows.GetGuid(1)));
            }

            await using var session = _store.QuerySession();
            var (learners, survivors) = (stored.ToLookup(s => s.Fingerprint, s => s.Learner, StringComparer.Ordinal), await session.Survivors(stored.Select(s => s.Learner)));
            foreach (var one in batch)
            {
                var known = one.Marks.SelectMany(m => learners[m.Fingerprint].Distinct().Select(learner => (m.Mark, learner))).Take(Most);
                one.Found.TrySetResult(new(known.OrderBy(k => k.learner).ToLookup(k => k.Mark, k => k.learner), survivors));
            }
        }
        catch (Exception e)
        {
            foreach (var one in batch)
                one.Found.TrySetException(e);
        }
    }

    // The strong key is fingerprinted as LearnerKeys does it: both are one.
    private byte[] Fingerprint(Mark mark) => HMACSHA256.HashData(_secret.Value.AsSpan(32), Encoding.UTF8.GetBytes(mark.Text));

    private sealed record Found(ILookup<Mark, Guid> Learners, IReadOnlyDictionary<Guid, Guid> Survivors);

    private sealed record Sought(IReadOnlyList<(Mark Mark, string Fingerprint)> Marks)
    {
        public TaskCompletionSource<Found> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Noted(Guid Learner, IReadOnlyList<byte[]> Fingerprints)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
