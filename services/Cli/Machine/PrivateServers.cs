namespace Tremplin.Cli.Machine;

/// <summary>Servers from Debian's packages, of this folder only, on 127.0.0.1 only, apart from any system server.</summary>
internal sealed class PrivateServers : Servers
{
    private readonly string folder;
    private readonly bool persistent;
    private readonly ServerSettings settings;
    private readonly PrivatePostgres database;
    private readonly PrivateRabbitMq broker;

    private PrivateServers(string folder, bool persistent)
    {
        this.folder = folder;
        this.persistent = persistent;
        PrivateFile.FolderToPass(folder);
        settings = ServerSettings.In(folder);
        database = new PrivatePostgres(folder, settings, persistent);
        broker = new PrivateRabbitMq(folder, settings, persistent);
    }

    public override Uri RabbitMq => settings.RabbitMqUri;

    public override Uri? Management => settings.ManagementUri;

    protected override string Postgres => settings.PostgresConnectionString;

    internal override ServersRecord Record => new("private", [.. broker.Processes, .. database.Processes], [], []);

    public static async Task<Servers> ObtainAsync(string folder, Action<string> say, bool persistent, CancellationToken stop)
    {
        say($"PostgreSQL and RabbitMQ: private servers in {folder}, on 127.0.0.1 only");
        var servers = new PrivateServers(folder, persistent);
        try
        {
            await Task.WhenAll(servers.StartDatabaseAsync(stop), servers.StartBrokerAsync(stop));
            return servers;
        }
        catch
        {
            await servers.EndAsync();
            throw;
        }
    }

    public override Task StopBrokerAsync() => broker.StopAsync();

    public override async Task StartBrokerAsync(CancellationToken stop = default) =>
        await BrokerAnswersAsync(await broker.StartAsync(), stop);

    public override Task StopDatabaseAsync(bool kill = false) => database.StopAsync(kill);

    public override async Task StartDatabaseAsync(CancellationToken stop = default) =>
        await DatabaseAnswersAsync(await database.StartAsync(), stop);

    public override async ValueTask DisposeAsync()
    {
        if (!persistent)
            await EndAsync();
    }

    private async Task EndAsync()
    {
        // What is thrown away needs no good order, which takes RabbitMQ five seconds.
        if (!persistent)
            await broker.KillAsync();
        await EndAsync(Record, purge: !persistent);
        if (!persistent && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
