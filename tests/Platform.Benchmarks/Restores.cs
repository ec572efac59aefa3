using System.Diagnostics;
using Spectre.Console;
using Tremplin.Cli.Backups;
using Tremplin.Cli.Machine;

namespace Tremplin.Platform.Benchmarks;

/// <summary>A backup, and what becomes of it on other servers of the same machine.</summary>
internal sealed class Restores(Cli.Machine.Platform platform)
{
    private readonly string _data = Path.Combine(platform.Folder, "backup-data"), _keys = Path.Combine(platform.Folder, "backup-keys");

    /// <summary>How many events were backed up, in which time, into how many bytes.</summary>
    public async Task<(long Events, double Seconds, long Bytes)> Backup()
    {
        var place = Place.Of(platform.Folder, platform.Servers.PostgresConnectionString("postgres"), platform.Servers.RabbitMq, platform.Servers.Management);
        var clock = Stopwatch.StartNew();
        var findings = await Cli.Backups.Backup.Run(place, _data, _keys, AnsiConsole.WriteLine, CancellationToken.None);
        if (findings.Count > 0)
            throw new InvalidOperationException($"{findings.Count} places are not as they were recorded: {findings[0].Finding.Words}");
        var seconds = clock.Elapsed.TotalSeconds;
        var manifest = await Manifest.Read(_data, "data", CancellationToken.None);
        return (manifest.Services.Sum(s => s.Events), seconds, new[] { _data, _keys }.SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories)).Sum(f => new FileInfo(f).Length));
    }

    /// <summary>Seconds until all is loaded, and from then on until it is proven; how many lines were compared.</summary>
    public async Task<(double Loaded, double Proven, int Lines, int Different)> Restore()
    {
        var folder = Path.Combine(platform.Folder, "restored");
        await using var servers = await Servers.StartAsync(Path.Combine(folder, "servers"), AnsiConsole.WriteLine);
        var place = Place.Of(folder, servers.PostgresConnectionString("postgres"), servers.RabbitMq, servers.Management);
        var clock = Stopwatch.StartNew();
        var backup = await Restored.Read(_data, _keys, CancellationToken.None);
        await backup.Load(place, words => AnsiConsole.WriteLine($"{clock.Elapsed.TotalSeconds:F0} s: {words}"), CancellationToken.None);
        var loaded = clock.Elapsed.TotalSeconds;
        var lines = await backup.Prove(place, AnsiConsole.WriteLine, CancellationToken.None);
        foreach (var line in lines.Where(l => !l.Equal))
            AnsiConsole.WriteLine($"{line.What}: {line.BackedUp}, {line.Found}");
        return (loaded, clock.Elapsed.TotalSeconds - loaded, lines.Count, lines.Count(l => !l.Equal));
    }
}
