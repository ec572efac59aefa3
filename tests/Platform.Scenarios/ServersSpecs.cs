using System.Text;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Tremplin.Cli.Machine;

namespace Tremplin.Scenarios;

/// <summary>The servers that every other scenario stands on.</summary>
public sealed class ServersSpecs(ServersSpecs.OneSet set) : IClassFixture<ServersSpecs.OneSet>
{
    private readonly Servers servers = set.Servers;

    [Fact]
    public async Task Two_sets_do_not_meet_and_the_one_that_ends_leaves_nothing_behind()
    {
        var folder = $"{set.Folder}-other";
        var other = await Servers.StartAsync(folder, set.Said.Add, stop: TestContext.Current.CancellationToken);
        await using (other)
        {
            await servers.CreateDatabaseAsync("only_in_one");
            await servers.CreateDatabaseAsync("only_in_one");
            await PublishAsync(servers, "work", "for one");

            (await DatabasesAsync(servers)).Should().Contain("only_in_one");
            (await DatabasesAsync(other)).Should().NotContain("only_in_one");
            (await TakeAsync(servers, "work")).Should().Be("for one");
            await FluentActions.Awaiting(() => TakeAsync(other, "work")).Should().ThrowAsync<OperationInterruptedException>();
            if (other.How is "private")
                ProcessesOf(folder).Should().HaveCountGreaterThan(2, "PostgreSQL, RabbitMQ and its epmd run there");
        }

        ProcessesOf(folder).Should().BeEmpty();
        Directory.Exists(folder).Should().BeFalse();
        await FluentActions.Awaiting(() => DatabasesAsync(other)).Should().ThrowAsync<NpgsqlException>();
        (await DatabasesAsync(servers)).Should().Contain("only_in_one");
    }

    [Fact]
    public async Task A_confirmed_message_outlives_a_stop_of_the_broker()
    {
        var address = servers.RabbitMq;
        await PublishAsync(servers, "durable", "kept");

        await servers.StopBrokerAsync();
        await FluentActions.Awaiting(() => TakeAsync(servers, "durable")).Should().ThrowAsync<BrokerUnreachableException>();
        await servers.StartBrokerAsync(TestContext.Current.CancellationToken);

        servers.RabbitMq.Should().Be(address);
        (await TakeAsync(servers, "durable")).Should().Be("kept");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_committed_row_outlives_an_end_of_the_database(bool kill)
    {
        var database = $"kept_{kill}";
        await servers.CreateDatabaseAsync(database);
        await QueryAsync(servers, database, "create table rows (id int); insert into rows values (42)");

        await servers.StopDatabaseAsync(kill);
        await FluentActions.Awaiting(() => QueryAsync(servers, database, "select id from rows")).Should().ThrowAsync<NpgsqlException>();
        await servers.StartDatabaseAsync(TestContext.Current.CancellationToken);

        (await QueryAsync(servers, database, "select id from rows")).Should().Equal("42");
    }

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

    /// <summary>One set of servers for all of this class.</summary>
    public sealed class OneSet : IAsyncLifetime
    {
        // Not a folder of the temporary kind that only its maker may pass: as root, private servers run as other users.
        public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"tremplin-specs-{Guid.NewGuid():N}");

        public ICollection<string> Said { get; } = [];

        public Servers Servers { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Servers = await Servers.StartAsync(Folder, Said.Add);

        public ValueTask DisposeAsync() => Servers.DisposeAsync();
    }
}
