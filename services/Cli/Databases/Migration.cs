using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Databases;

/// <summary>
/// Databases, roles, tables and rights, from the SQL in <c>deploy/postgres</c>: <c>roles.sql</c>, and for each database its
/// patches (<c>0001-….sql</c>), which are applied once each and in their order, and <c>grants.sql</c>, which is every time.
/// </summary>
public static class Migration
{
    /// <summary>Who owns databases and tables.</summary>
    public const string Owner = "tremplin_owner";

    /// <summary>The roles that connect, in <c>roles.sql</c>.</summary>
    public static IReadOnlyList<string> Roles { get; } =
        ["tremplin_identity", "tremplin_enrollment", "tremplin_scheduling", "tremplin_certification", "tremplin_auditor", "tremplin_backup"];

    /// <summary>The databases.</summary>
    public static IReadOnlyList<string> Databases { get; } = ["identity", "keys", "enrollment", "scheduling", "certification"];

    /// <summary>The SQL that this build holds, by its path below <c>deploy/postgres</c>.</summary>
    public static IReadOnlyDictionary<string, string> Committed { get; } = typeof(Migration).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).ToDictionary(name => name, Read, StringComparer.Ordinal);

    /// <summary>Brings a server to what this build wants. Of several at once, each waits for the one before.</summary>
    /// <param name="admin">A superuser's connection string.</param>
    /// <param name="passwords">The folder with the roles' passwords, generated where lacking.</param>
    /// <param name="say">Told in one line each what is done.</param>
    /// <param name="stop">Gives up; a patch is applied as a whole or not at all.</param>
    /// <param name="sql">Other SQL than <see cref="Committed"/>.</param>
    /// <exception cref="InvalidOperationException">An applied patch was changed or is not known, or a patch failed; the message says which.</exception>
    public static async Task ApplyAsync(
        string admin, string passwords, Action<string> say, CancellationToken stop, IReadOnlyDictionary<string, string>? sql = null)
    {
        ArgumentNullException.ThrowIfNull(say);
        sql ??= Committed;
        // It holds the lock until it is closed.
        await using var server = await PrepareAsync(admin, sql, stop);
        foreach (var role in Roles)
            await RunAsync(server, $"ALTER ROLE {role} PASSWORD '{Verifier(role, Password(passwords, role))}'", stop);
        foreach (var database in Databases)
        {
            await using var inside = await OpenAsync(admin, database, stop);
            await PatchAsync(inside, database, sql, say, stop);
            await RunAsync(inside, sql[$"{database}/grants.sql"], stop);
        }
    }

    /// <summary>Makes roles and databases where lacking, and no table: for a backup to be loaded into.</summary>
    /// <param name="admin">A superuser's connection string.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task PrepareAsync(string admin, CancellationToken stop)
    {
        await using var server = await PrepareAsync(admin, Committed, stop);
    }

    private static async Task<NpgsqlConnection> PrepareAsync(string admin, IReadOnlyDictionary<string, string> sql, CancellationToken stop)
    {
        var server = await OpenAsync(admin, new NpgsqlConnectionStringBuilder(admin).Database ?? "postgres", stop);
        await RunAsync(server, "SELECT pg_advisory_lock(hashtextextended('tremplin-migrate', 0))", stop);
        await RunAsync(server, sql["roles.sql"], stop);
        foreach (var database in Databases)
        {
            if (await ScalarAsync(server, $"SELECT 1 FROM pg_database WHERE datname = '{database}'", stop) is null)
                await RunAsync(server, $"CREATE DATABASE {database} OWNER {Owner}", stop);
            await RunAsync(server, $"ALTER DATABASE {database} OWNER TO {Owner}", stop);
        }

        return server;
    }

    /// <summary>The password of a role, generated where its file is lacking.</summary>
    public static string Password(string folder, string role)
    {
        var file = Path.Combine(folder, $"{role}.password");
        if (!Directory.Exists(folder))
            PrivateFile.Folder(folder);
        if (!File.Exists(file))
            PrivateFile.Write(file, RandomNumberGenerator.GetHexString(64, lowercase: true));
        return File.ReadAllText(file).Trim();
    }

    private static async Task PatchAsync(
        NpgsqlConnection inside, string database, IReadOnlyDictionary<string, string> sql, Action<string> say, CancellationToken stop)
    {
        // What the patches make is the owner's.
        await RunAsync(inside,
            $"""
            SET ROLE {Owner};
            CREATE TABLE IF NOT EXISTS public.applied_patch (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
            """, stop);
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        await using (var query = new NpgsqlCommand("SELECT name, sha256 FROM public.applied_patch", inside))
        await using (var rows = await query.ExecuteReaderAsync(stop))
        {
            while (await rows.ReadAsync(stop))
                applied.Add(rows.GetString(0), rows.GetString(1));
        }

        var patches = PatchesOf(database, sql);
        if (applied.Keys.Except(patches.Select(patch => patch.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new InvalidOperationException($"The database {database} has the patch {unknown}, which this build does not know: it is older than the database.");
        foreach (var (name, text) in patches)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            if (applied.TryGetValue(name, out var known))
            {
                if (known != hash)
                    throw new InvalidOperationException($"The patch {name} was changed after it was applied to the database {database}: put it back, and write another.");
                continue;
            }

            say($"{database}: {name}");
            try
            {
                await using var whole = await inside.BeginTransactionAsync(stop);
                await RunAsync(inside, text, stop);
                await RunAsync(inside, $"INSERT INTO public.applied_patch (name, sha256) VALUES ('{name}', '{hash}')", stop);
                await whole.CommitAsync(stop);
            }
            catch (PostgresException e)
            {
                throw new InvalidOperationException($"The patch {name} could not be applied to the database {database}: {e.MessageText}", e);
            }
        }

        await RunAsync(inside, "RESET ROLE", stop);
    }

    /// <summary>The patches of a database, in their order.</summary>
    public static IReadOnlyList<(string Name, string Text)> PatchesOf(string database, IReadOnlyDictionary<string, string> sql) =>
        [.. sql.Where(file => file.Key.StartsWith($"{database}/0", StringComparison.Ordinal)).OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => (file.Key[(database.Length + 1)..], file.Value))];

    // So that the password itself reaches no log of the server. Its salt follows from it: the same password, the same verifier.
    private static string Verifier(string role, string password)
    {
        const int iterations = 4096;
        var salt = HMACSHA256.HashData(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(role))[..16];
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }

    private static async Task<NpgsqlConnection> OpenAsync(string admin, string database, CancellationToken stop)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(admin) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync(stop);
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
#pragma warning disable CA2100 // From this build, as everything here: names and hashes cannot be parameters of such statements.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(stop);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
#pragma warning disable CA2100
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(stop);
    }

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(Migration).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
