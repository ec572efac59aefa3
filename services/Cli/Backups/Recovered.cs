using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Databases;
using Tremplin.Cli.Machine;
using Tremplin.Ledger;

namespace Tremplin.Cli.Backups;

/// <summary><c>recovered</c>: what is to be done after PostgreSQL itself was brought back to a moment, before the services start.</summary>
internal static class Recovered
{
    public static Command Verb()
    {
        var verb = new Command("recovered", "After PostgreSQL was recovered to a point in time, while the platform is down: proves what came back by the witness, and makes ready for up.");
        verb.SetAction((_, stop) => RunAsync(stop));
        return verb;
    }

    private static async Task<int> RunAsync(CancellationToken stop)
    {
        if (PlatformState.In(PlatformState.Home) is not { } state)
            throw new InvalidOperationException($"No platform in {PlatformState.Home}.");
        if (state.InContainers)
        {
            await using var server = Place.Of(state).Open("postgres");
            await using var connected = server.CreateCommand("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = ANY($1))");
            connected.Parameters.AddWithValue(Migration.Roles.ToArray());
            return (bool)(await connected.ExecuteScalarAsync(stop))!
                ? throw new InvalidOperationException("Services are connected: they must not run meanwhile (docker compose stop gateway portal enrollment scheduling certification identity).")
                : await ShowAsync(Place.Of(state), stop);
        }
        if (state.Started)
            throw new InvalidOperationException("The platform is up: its services must not run meanwhile (./platform down).");
        var servers = await Servers.StartAsync(Path.Combine(state.Folder, "servers"), Console.WriteLine, persistent: true, stop);
        try
        {
            return await ShowAsync(Place.Of(state.Folder, servers.PostgresConnectionString("postgres"), servers.RabbitMq, servers.Management), stop);
        }
        finally
        {
            await Servers.EndAsync(servers.Record, purge: false);
        }
    }

    private static async Task<int> ShowAsync(Place place, CancellationToken stop)
    {
        var findings = await Run(place, Console.WriteLine, stop);
        foreach (var (service, finding) in findings)
            AnsiConsole.MarkupLineInterpolated($"[red]{finding.Kind}[/] {service}: {finding.Words}");
        return findings.Count == 0 ? 0 : 1;
    }

    /// <summary>Does it, and returns what is not as it was recorded.</summary>
    public static async Task<IReadOnlyList<(string Service, Finding Finding)>> Run(Place place, Action<string> say, CancellationToken stop)
    {
        var all = new List<(string, Finding)>();
        foreach (var service in Place.Stores)
        {
            var lost = await SetAside(place, service, stop);
            var (stored, findings) = await Figures.Store(place, service, place.Witness, null, stop);
            say(string.Create(CultureInfo.InvariantCulture, $"{service}: {stored.Events:N0} events, {stored.Proven:N0} of them proven by the witness{(lost > stored.Covered ? $"; the witness had seen {lost:N0}" : "")}"));
            all.AddRange(findings.Select(f => (service, f)));
        }

        if (all.Count > 0)
            return all;
        if (await Erased.Again(place, stop) is var erased and > 0)
            say($"{erased} keys of learners who are erased were there again, and are destroyed");
        foreach (var (service, events) in await AnnounceAgain.In(place, stop))
            say($"{service} announces {events} events once more: messages about them may have been on their way");
        return all;
    }

    /// <summary>
    /// Takes from the witness what lies beyond the ledger, into a file beside it: the keeper would sign nothing more, for it
    /// could not continue what is lost. Returns the size that had been seen.
    /// </summary>
    private static async Task<long> SetAside(Place place, string service, CancellationToken stop)
    {
        var file = Path.Combine(place.Witness, service + ".checkpoints");
        if (!File.Exists(file))
            return 0;
        await using var store = Verify.Store(place.Postgres, service);
        await using var size = store.CreateCommand($"SELECT place * 256 + cardinality(sequences) FROM {service}.ledger_tile WHERE level = 0 ORDER BY place DESC LIMIT 1");
        var covered = await size.ExecuteScalarAsync(stop) as long? ?? 0;
        var notes = Checkpoint.Notes(await File.ReadAllLinesAsync(file, stop)).ToLookup(n => Size(n) <= covered);
        if (notes[false].Any())
        {
            await File.AppendAllTextAsync($"{file}.lost", string.Concat(notes[false]), stop);
            PrivateFile.Write(file, string.Concat(notes[true]));
        }

        return notes[false].DefaultIfEmpty("").Max(Size);

        static long Size(string note) => note.Split('\n') is [_, var text, ..] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
