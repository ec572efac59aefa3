using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;

namespace Tremplin.Defaults;

/// <summary>Personal data under the key of one learner: AES-256-GCM, base64 of nonce, tag and ciphertext.</summary>
[JsonConverter(typeof(SealedJson))]
public sealed record Sealed(string Text)
{
    /// <inheritdoc/>
    public override string ToString() => "sealed";
}

internal sealed class SealedJson : JsonConverter<Sealed>
{
    public override Sealed Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, Sealed value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}

/// <summary>The key of one learner. Destroying it erases the learner's personal data wherever it lies.</summary>
public sealed class LearnerKey(Guid learner, byte[] key)
{
    private const int Nonce = 12, Tag = 16;

    /// <summary>The learner.</summary>
    public Guid Learner => learner;

    /// <summary>Seals a text; bound to this learner, so that it opens for nobody else.</summary>
    public Sealed Seal(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[Nonce + Tag + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, Nonce));
        using var aes = new AesGcm(key, Tag);
        aes.Encrypt(box.AsSpan(0, Nonce), plain, box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), learner.ToByteArray());
        return new(Convert.ToBase64String(box));
    }

    /// <summary>Opens a text that <see cref="Seal"/> sealed for the same learner.</summary>
    /// <exception cref="CryptographicException">It was changed, or sealed for somebody else.</exception>
    public string Open(Sealed text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var box = Convert.FromBase64String(text.Text);
        var plain = new byte[box.Length - Nonce - Tag];
        using var aes = new AesGcm(key, Tag);
        aes.Decrypt(box.AsSpan(0, Nonce), box.AsSpan(Nonce + Tag), box.AsSpan(Nonce, Tag), plain, learner.ToByteArray());
        return Encoding.UTF8.GetString(plain);
    }
}

/// <summary>
/// The learners' keys, in a database of their own so that they are backed up and destroyed apart from the events.
/// It also answers "is this somebody we know?" by a keyed fingerprint, which is destroyed with the key: beside sealed
/// texts, an event never holds anything that is derived from personal data.
/// </summary>
public sealed class LearnerKeys : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly Lazy<byte[]> _secret;
    private readonly Desk<Newcomer> _desk;

    /// <summary>The keys in this database, under the secret in this folder.</summary>
    public LearnerKeys(NpgsqlDataSource database, string secretsFolder)
    {
        (_database, _desk) = (database, new(Register, paced: false));
        _secret = new(() => Secrets.Bytes(Path.Combine(secretsFolder, "personal-data.key"), 64));
    }

    /// <summary>The key of this person: a new learner's, or the one who is known already.</summary>
    /// <param name="identity">What makes them the same person, in one spelling.</param>
    /// <param name="newcomer">The learner id to give a newcomer.</param>
    /// <exception cref="InvalidOperationException">The learner who is known is restricted, since a moment: look again.</exception>
    public Task<LearnerKey> Register(string identity, Guid newcomer)
    {
        var one = new Newcomer(Fingerprint(identity), newcomer);
        _desk.Enqueue(one);
        return one.Key.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _database.DisposeAsync();
    }

    // One statement for many, in one order everywhere, so that two replicas cannot wait for each other.
    private async Task Register(List<Newcomer> batch)
    {
        try
        {
            var people = batch.GroupBy(n => Convert.ToHexString(n.Fingerprint)).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
            await using var command = _database.CreateCommand(
                """
                INSERT INTO learner_keys SELECT * FROM unnest($1, $2, $3)
                ON CONFLICT (fingerprint) DO UPDATE SET fingerprint = excluded.fingerprint RETURNING fingerprint, learner_id, CASE WHEN NOT withheld THEN wrapped_key END
                """);
            command.Parameters.AddWithValue(people.Select(p => p.First().Fingerprint).ToArray());
            command.Parameters.AddWithValue(people.Select(p => p.First().Learner).ToArray());
            command.Parameters.AddWithValue(people.Select(p => Wrap(p.First().Learner, RandomNumberGenerator.GetBytes(32))).ToArray());
            var keys = new Dictionary<string, LearnerKey?>(StringComparer.Ordinal);
            await using (var rows = await command.ExecuteReaderAsync())
            {
                while (await rows.ReadAsync())
                    keys[Convert.ToHexString((byte[])rows[0])] = rows[2] is byte[] wrapped ? new(rows.GetGuid(1), Unwrap(rows.GetGuid(1), wrapped)) : null;
            }

            foreach (var one in batch)
                _ = keys[Convert.ToHexString(one.Fingerprint)] is { } key ? one.Key.TrySetResult(key) : one.Key.TrySetException(new InvalidOperationException("The key is withheld."));
        }
        catch (Exception e)
        {
            foreach (var one in batch)
                one.Key.TrySetException(e);
        }
    }

    /// <summary>Whether this person is known, without registering anybody.</summary>
    public async Task<Guid?> Recognise(string identity)
    {
        await using var command = _database.CreateCommand("SELECT learner_id FROM learner_keys WHERE fingerprint = $1");
        command.Parameters.AddWithValue(Fingerprint(identity));
        return await command.ExecuteScalarAsync() as Guid?;
    }

    /// <summary>The key of a learner, or null where it was destroyed or is withheld.</summary>
    public async Task<LearnerKey?> Find(Guid learner)
    {
        await using var command = _database.CreateCommand("SELECT wrapped_key FROM learner_keys WHERE learner_id = $1 AND NOT withheld");
        command.Parameters.AddWithValue(learner);
        return await command.ExecuteScalarAsync() is byte[] wrapped ? new LearnerKey(learner, Unwrap(learner, wrapped)) : null;
    }

    /// <summary>Destroys the keys and the fingerprints of these learners, wherever they are left: nobody opens their texts any more.</summary>
    public async Task Destroy(IReadOnlyCollection<Guid> learners)
    {
        await using var command = _database.CreateCommand("DELETE FROM learner_keys WHERE learner_id = ANY($1)");
        command.Parameters.AddWithValue(learners.ToArray());
        await command.ExecuteNonQueryAsync();
    }

    private byte[] Fingerprint(string identity) => HMACSHA256.HashData(_secret.Value.AsSpan(32), Encoding.UTF8.GetBytes(identity));

    // Keys are wrapped under a secret outside the database: a dump of it alone opens nothing.
    private byte[] Wrap(Guid learner, byte[] key) => Convert.FromBase64String(
        new LearnerKey(learner, _secret.Value[..32]).Seal(Convert.ToBase64String(key)).Text);

    private byte[] Unwrap(Guid learner, byte[] wrapped) => Convert.FromBase64String(
        new LearnerKey(learner, _secret.Value[..32]).Open(new(Convert.ToBase64String(wrapped))));

    private sealed record Newcomer(byte[] Fingerprint, Guid Learner)
    {
        public TaskCompletionSource<LearnerKey> Key { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Secrets are generated at first start into files that only their owner reads, never defaults.</summary>
public static class Secrets
{
    /// <summary>The bytes of a secret file, generated where it is missing; processes that start together agree.</summary>
    /// <exception cref="InvalidOperationException">The file is there but too short.</exception>
    public static byte[] Bytes(string file, int length)
    {
        ArgumentNullException.ThrowIfNull(file);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            // Whoever creates the file writes it; a rename would let the second overwrite the first.
            using var created = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            created.Write(RandomNumberGenerator.GetBytes(length));
            created.Flush(flushToDisk: true);
        }
        catch (IOException e) when (File.Exists(file))
        {
            // Read, for the length of a link, such as a mounted secret is, is its own.
            if (!SpinWait.SpinUntil(() => File.ReadAllBytes(file).Length >= length, TimeSpan.FromSeconds(5)))
                throw new InvalidOperationException($"The secret file {file} holds fewer than {length} bytes.", e);
        }

        return File.ReadAllBytes(file);
    }
}
