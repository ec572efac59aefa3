namespace Tremplin.Cli.Machine;

/// <summary>One PostgreSQL cluster in a folder.</summary>
internal sealed class PrivatePostgres(string folder, ServerSettings settings, bool persistent)
{
    private readonly string? user = DebianPackage.RunsAs("postgres");
    private readonly string data = Path.Combine(folder, "postgres", "data");
    private LocalProcess? server;

    public IEnumerable<LocalProcess> Processes => server is null ? [] : [server];

    public async Task<LocalProcess> StartAsync()
    {
        var program = DebianPackage.Newest("postgresql", "/usr/lib/postgresql", "*", "bin/postgres");
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
            await InitialiseAsync(Path.Combine(Path.GetDirectoryName(program)!, "initdb"));
        return server = LocalProcess.Start(new Launch("postgres", Path.Combine(folder, "logs", "postgres.log"),
            [
                program, "-D", data, .. Set("listen_addresses", "127.0.0.1"), .. Set("port", $"{settings.Postgres}"), .. Set("unix_socket_directories", ""),
                .. Set("max_connections", "400"), .. Set("shared_buffers", "256MB"), .. Set("random_page_cost", "1.1"), .. Set("autovacuum_naptime", "15s"), .. Set("fsync", "on"), .. Set("synchronous_commit", "on"),
                // In the folder rather than in /dev/shm, where a killed server would leave it.
                .. Set("dynamic_shared_memory_type", "mmap"),
                .. Set("logging_collector", "off"), .. Set("log_line_prefix", "%m [%p] %d "),
            ], EndSignal: Signals.Int)
        {
            User = user,
            WorkingFolder = Path.GetDirectoryName(data)!,
            EndsWithUs = !persistent,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["TREMPLIN_FOLDER"] = folder, ["LC_ALL"] = "C.UTF-8" },
        });
    }

    public Task StopAsync(bool kill) => server is null ? Task.CompletedTask : kill ? server.KillAsync() : server.EndAsync(TimeSpan.FromSeconds(30));

    private static string[] Set(string name, string value) => ["-c", $"{name}={value}"];

    private async Task InitialiseAsync(string initdb)
    {
        var home = Path.GetDirectoryName(data)!;
        var password = Path.Combine(home, "password");
        PrivateFile.Folder(home);
        PrivateFile.Write(password, settings.Password);
        await DebianPackage.FolderAsync(home, user);
        await DebianPackage.RunAsync(user,
            [initdb, "-D", data, "-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", $"--username={ServerSettings.User}", $"--pwfile={password}",
             persistent ? "--data-checksums" : "--no-sync"]);
        File.Delete(password);
    }
}
