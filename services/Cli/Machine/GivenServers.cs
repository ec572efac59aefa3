namespace Tremplin.Cli.Machine;

/// <summary>Servers that somebody else runs: nothing is ever started, stopped or removed here.</summary>
internal sealed class GivenServers(string postgres, Uri rabbitMq, Uri? management) : Servers
{
    public override Uri RabbitMq { get; } = rabbitMq;

    public override Uri? Management { get; } = management;

    protected override string Postgres { get; } = postgres;

    internal override ServersRecord Record { get; } = new("given", [], [], []);

    public static GivenServers? FromEnvironment()
    {
        var postgres = Environment.GetEnvironmentVariable("TREMPLIN_POSTGRES");
        var rabbitMq = Environment.GetEnvironmentVariable("TREMPLIN_RABBITMQ");
        if (string.IsNullOrEmpty(postgres) && string.IsNullOrEmpty(rabbitMq))
            return null;
        if (string.IsNullOrEmpty(postgres) || string.IsNullOrEmpty(rabbitMq))
            throw new InvalidOperationException("Set both TREMPLIN_POSTGRES and TREMPLIN_RABBITMQ, or neither.");
        var management = Environment.GetEnvironmentVariable("TREMPLIN_MANAGEMENT");
        return new GivenServers(postgres, new Uri(rabbitMq), string.IsNullOrEmpty(management) ? null : new Uri(management));
    }

    public override Task StopBrokerAsync() => throw NotOurs();

    public override Task StartBrokerAsync(CancellationToken stop = default) => throw NotOurs();

    public override Task StopDatabaseAsync(bool kill = false) => throw NotOurs();

    public override Task StartDatabaseAsync(CancellationToken stop = default) => throw NotOurs();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal new Task<Servers> ReadyAsync(CancellationToken stop) => base.ReadyAsync(stop);

    private static NotSupportedException NotOurs() => new("Given servers are neither stopped nor started here.");
}
