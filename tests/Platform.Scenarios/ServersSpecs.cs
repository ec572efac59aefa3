using System.Text;
using AwesomeAssertions;
using Npgsql;
using RabbitMQ.Client;
using Tremplin.Cli.Machine;
using Xunit;

namespace Tremplin.Scenarios;

/// <summary>The servers that every other scenario stands on.</summary>
public sealed class ServersSpecs : IDisposable
{
    // Any user can pass to it, as private servers need when root starts them.
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"tremplin-specs-{Guid.NewGuid():N}");
    private readonly List<string> said = [];

    public void Dispose()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Two_sets_side_by_side_do_not_meet()
    {
        var both = await Task.WhenAll(StartAsync("one"), StartAsync("two"));
        await using var one = both[0];
        await using var two = both[1];

        await one.CreateDatabaseAsync("only_in_one");
        await one.CreateDatabaseAsync("only_in_one");
        await PublishAsync(one, "work", "for one");

        (await DatabasesAsync(one)).Should().Contain("only_in_one");
        (await DatabasesAsync(two)).Should().NotContain("only_in_one");
        await FluentActions.Awaiting(() => TakeAsync(two, "work")).Should().ThrowAsync<RabbitMQ.Client.Exceptions.OperationInterruptedException>();
        (await TakeAsync(one, "work")).Should().Be("for one");
    }

    [Fact]
    public async Task A_confirmed_message_outlives_a_stop_of_the_broker()
    {
        await using var servers = await StartAsync("broker");
        var address = servers.RabbitMq;
        await PublishAsync(servers, "durable", "kept");

        await servers.StopBrokerAsync();
        await FluentActions.Awaiting(() => TakeAsync(servers, "durable")).Should().ThrowAsync<RabbitMQ.Client.Exceptions.BrokerUnreachableException>();
        await servers.StartBrokerAsync(TestContext.Current.CancellationToken);

        servers.RabbitMq.Should().Be(address);
        (await TakeAsync(servers, "durable")).Should().Be("kept");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_committed_row_outlives_an_end_of_the_database(bool kill)
    {
        await using var servers = await StartAsync("database");
        await servers.CreateDatabaseAsync("kept");
        await QueryAsync(servers, "kept", "create table rows (id int); insert into rows values (42)");

        await servers.StopDatabaseAsync(kill);
        await FluentActions.Awaiting(() => QueryAsync(servers, "kept", "select id from rows")).Should().ThrowAsync<NpgsqlException>();
        await servers.StartDatabaseAsync(TestContext.Current.CancellationToken);

        (await QueryAsync(servers, "kept", "select id from rows")).Should().Equal("42");
    }

    [Fact]
    public async Task Nothing_is_left_behind()
    {
        var servers = await StartAsync("gone");
        var home = Path.Combine(folder, "gone");
        if (servers.How is "private")
            ProcessesOf(home).Should().HaveCountGreaterThan(2, "PostgreSQL, RabbitMQ and its epmd run there");

        await servers.DisposeAsync();

        ProcessesOf(home).Should().BeEmpty();
        Directory.Exists(home).Should().BeFalse();
        await FluentActions.Awaiting(() => DatabasesAsync(servers)).Should().ThrowAsync<NpgsqlException>();
    }

    private Task<Servers> StartAsync(string name) =>
        Servers.StartAsync(Path.Combine(folder, name), said.Add, stop: TestContext.Current.CancellationToken);

    // A process is told by its environment or, when it has overwritten that, by its arguments.
    private static List<string> ProcessesOf(string home) =>
        [.. Directory.GetDirectories("/proc").Where(process => Path.GetFileName(process).All(char.IsAsciiDigit))
            .Where(process => Read($"{process}/environ").Contains(home, StringComparison.Ordinal) || Read($"{process}/cmdline").Contains(home, StringComparison.Ordinal))];

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static async Task PublishAsync(Servers servers, string queue, string text)
    {
        await using var connection = await new ConnectionFactory { Uri = servers.RabbitMq }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" });
        await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes(text));
    }

    private static async Task<string?> TakeAsync(Servers servers, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = servers.RabbitMq }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.BasicGetAsync(queue, autoAck: true) is { } message ? Encoding.UTF8.GetString(message.Body.Span) : null;
    }

    private static Task<List<string>> DatabasesAsync(Servers servers) => QueryAsync(servers, "postgres", "select datname from pg_database");

    private static async Task<List<string>> QueryAsync(Servers servers, string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(servers.PostgresConnectionString(database));
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetValue(0).ToString()!);
        return rows;
    }
}
