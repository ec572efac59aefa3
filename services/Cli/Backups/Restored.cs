using System.Text.Json.Nodes;
using Npgsql;
using Tremplin.Cli.Databases;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Partners;

namespace Tremplin.Cli.Backups;

/// <summary>A backup whose files were found to be what its manifests say.</summary>
/// <param name="folder">The folder with the data.</param>
/// <param name="keysFolder">The folder with the keys.</param>
/// <param name="data">What lies in the one.</param>
/// <param name="keys">What lies in the other.</param>
internal sealed class Restored(string folder, string keysFolder, Manifest data, Manifest keys)
{
    // An index over very many rows is sorted in memory; and what is lost in a crash is loaded again.
    private const string Options = "-c maintenance_work_mem=256MB -c synchronous_commit=off";

    private long _keys;

    /// <summary>Looks at every file.</summary>
    /// <exception cref="InvalidOperationException">One is lacking or damaged.</exception>
    public static async Task<Restored> Read(string folder, string keysFolder, CancellationToken stop) =>
        new(folder, keysFolder, await Manifest.Read(folder, "data", stop), await Manifest.Read(keysFolder, "keys", stop));

    /// <summary>Loads everything into an empty platform, none of whose services runs.</summary>
    /// <exception cref="InvalidOperationException">It is not empty, or cannot be loaded; the message says why.</exception>
    public async Task Load(Place place, Action<string> say, CancellationToken stop)
    {
        var restore = await PostgresProgram.Of("pg_restore", place.Postgres, stop);
        if (place.Apart.Count == 0 && Directory.Exists(place.Secrets) && Directory.EnumerateFileSystemEntries(place.Secrets).Any())
            throw new InvalidOperationException($"{place.Secrets} holds secrets: this is no empty platform.");
        if (place.Apart.Count > 0 && Others(place) is [var other, ..])
            throw new InvalidOperationException($"{other} is not the one of the backup: bring its secrets first (secrets --from).");
        await Migration.PrepareAsync(place.Postgres, stop);
        foreach (var database in Place.Data.Append(Place.Keys))
            await Empty(place, database, stop);

        say($"The data is of {data.TakenAt:u}, the keys are of {keys.TakenAt:u}");
        foreach (var (database, dump) in Place.Data.Select(d => (d, Path.Combine(folder, "data", d))).Append((Place.Keys, Path.Combine(keysFolder, Place.Keys))))
        {
            say($"{database} is loaded");
            await restore.Run(
                ["--no-owner", "--no-privileges", "--exit-on-error", "--clean", "--if-exists", PostgresProgram.Jobs, $"--role={Migration.Owner}", $"--dbname={database}", dump], Options, stop);
            await using var loaded = place.Open(database);
            await using var analyse = loaded.CreateCommand("ANALYZE");
            await analyse.ExecuteNonQueryAsync(stop);
        }

        if (place.Apart.Count == 0)
            Copy(keys, keysFolder, "secrets", place.Secrets);
        Copy(data, folder, "witness", place.Witness);
        using (var broker = new Broker(place.Management, place.RabbitMq.UserInfo))
        {
            var all = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "broker", Definitions.Name), stop))!.AsObject();
            await broker.PostAsync("definitions", Definitions.Restorable(all), stop);
        }

        await using (var loaded = place.Open(Place.Keys))
        await using (var connection = await loaded.OpenConnectionAsync(stop))
            _keys = (await Figures.Keys(connection, stop)).Values.Single();
        if (await Erased.Again(place, stop) is var erased and > 0)
            say($"{erased} of the keys are of learners who were erased before the data was backed up: these keys are destroyed again");
        foreach (var (service, events) in await AnnounceAgain.In(place, stop))
            say($"{service} announces {events} events once more: messages about them may have been on their way");
    }

    /// <summary>Brings the secrets of a backup to where containers have them, before anything else is made there.</summary>
    /// <param name="keysFolder">The folder with the keys.</param>
    /// <param name="shared">Where those are that are no single service's.</param>
    /// <param name="apart">Where those of a service are.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="InvalidOperationException">The backup is damaged, or there is another secret already.</exception>
    public static async Task Secrets(string keysFolder, string shared, Func<string, string> apart, CancellationToken stop)
    {
        var keys = await Manifest.Read(keysFolder, "keys", stop);
        foreach (var name in keys.In("secrets"))
        {
            var secret = await File.ReadAllBytesAsync(Path.Combine(keysFolder, "secrets", name), stop);
            foreach (var place in Owners(name).Select(apart).DefaultIfEmpty(shared).Select(folder => Path.Combine(folder, name)))
            {
                if (!File.Exists(place))
                    PrivateFile.Write(place, secret);
                else if (!File.ReadAllBytes(place).AsSpan().SequenceEqual(secret))
                    throw new InvalidOperationException($"{place} is there and is another: what is restored never replaces anything.");
            }
        }
    }

    /// <summary>The services that have this secret in a folder of their own.</summary>
    private static string[] Owners(string name) => name switch
    {
        "personal-data.key" => ["enrollment", "certification"],
        "calendar.key" => ["enrollment", "scheduling"],
        "parking.key" => ["enrollment"],
        "certificate-links.key" => ["certification"],
        _ when name.StartsWith("certificates", StringComparison.Ordinal) => ["certification"],
        _ => [.. Place.Stores.Where(service => name == $"ledger-{service}.key")],
    };

    /// <summary>Compares what was loaded with what was backed up: every event, every figure.</summary>
    public async Task<IReadOnlyList<Line>> Prove(Place place, Action<string> say, CancellationToken stop)
    {
        say("Every event is read, and compared with the manifest, the ledgers and the witness");
        var lines = new List<Line>();
        foreach (var was in data.Services)
        {
            var (found, findings) = await Figures.Store(place, was.Service, Path.Combine(folder, "witness"), null, stop);
            lines.AddRange(
            [
                Line.Of($"{was.Service}: events", was.Events, found.Events),
                Line.Of($"{was.Service}: highest sequence", was.Highest, found.Highest),
                new($"{was.Service}: root over all of them", was.Root, found.Root, []),
                Line.Of($"{was.Service}: in the ledger", was.Covered, found.Covered),
                new($"{was.Service}: newest checkpoint", Short(was.Checkpoint), Short(found.Checkpoint), []),
                Line.Of($"{was.Service}: checkpoints witnessed", was.Witnessed, found.Witnessed),
                Line.Of($"{was.Service}: proven by them, up to", was.Proven, found.Proven),
                // A fault that was backed up is one all the same.
                Line.Of($"{was.Service}: not as recorded", 0, found.AtFault, [.. findings.Select(f => $"{f.Kind}: {f.Words}")]),
            ]);
        }

        var databases = Place.Data.ToDictionary(d => d, place.Open, StringComparer.Ordinal);
        var connections = new Dictionary<string, NpgsqlConnection>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, database) in databases)
                connections[name] = await database.OpenConnectionAsync(stop);
            var figures = await Figures.Reported(database => connections[database], stop);
            lines.AddRange(data.Figures.Keys.Union(figures.Keys).Select(f => Line.Of(f, data.Figures.GetValueOrDefault(f), figures.GetValueOrDefault(f))));
            lines.AddRange(keys.Figures.Select(k => Line.Of(k.Key, k.Value, _keys)));
        }
        finally
        {
            foreach (var connection in connections.Values)
                await connection.DisposeAsync();
            foreach (var database in databases.Values)
                await database.DisposeAsync();
        }

        return lines;

        // Its size and its root; the signature would fill the screen.
        static string Short(string note) => note.Split('\n') is [_, var size, var root, ..] ? $"{size} {root}" : "";
    }

    /// <summary>None of the database's tables may hold a row.</summary>
    private static async Task Empty(Place place, string name, CancellationToken stop)
    {
        await using var database = place.Open(name);
        var tables = new List<string>();
        await using (var all = database.CreateCommand("SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname <> 'information_schema' AND schemaname NOT LIKE 'pg\\_%'"))
        await using (var rows = await all.ExecuteReaderAsync(stop))
        {
            while (await rows.ReadAsync(stop))
                tables.Add(rows.GetString(0));
        }

        foreach (var table in tables)
        {
            await using var any = database.CreateCommand($"SELECT EXISTS (SELECT FROM {table})");
            if ((bool)(await any.ExecuteScalarAsync(stop))!)
                throw new InvalidOperationException($"The database {name} holds data ({table}): what is restored never replaces anything.");
        }
    }

    /// <summary>Where containers have another secret than the backup's, or none.</summary>
    private List<string> Others(Place place) => [.. keys.In("secrets")
        .SelectMany(name => Owners(name).Select(service => place.Apart.Single(folder => Path.GetFileName(folder) == service)).DefaultIfEmpty(place.Secrets), (name, where) => (name, File: Path.Combine(where, name)))
        .Where(one => !File.Exists(one.File) || !File.ReadAllBytes(one.File).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(keysFolder, "secrets", one.name))))
        .Select(one => one.File)];

    private static void Copy(Manifest manifest, string from, string folder, string to)
    {
        PrivateFile.Folder(to);
        foreach (var name in manifest.In(folder))
        {
            File.Copy(Path.Combine(from, folder, name), Path.Combine(to, name));
            File.SetUnixFileMode(Path.Combine(to, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
