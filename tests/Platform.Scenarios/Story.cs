using System.Diagnostics;
using System.Globalization;
using Npgsql;
using RabbitMQ.Client;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>What every story needs.</summary>
internal static class Story
{
    private static readonly string[] Stores = ["enrollment", "scheduling", "certification"];
    private static readonly string[] Databases = [.. Stores, "keys", "identity"];

    /// <summary>Waits for a condition, never for time; gives up after two minutes.</summary>
    public static async Task Until(Func<Task<bool>> condition, string what)
    {
        var waiting = Stopwatch.StartNew();
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            if (waiting.Elapsed > TimeSpan.FromMinutes(2))
                throw new TimeoutException($"Never came true: {what}");
            await looks.WaitForNextTickAsync();
        }
    }

    /// <summary>The rows of a query against the database of a service.</summary>
    public static async Task<List<object[]>> Sql(this Cli.Machine.Platform platform, string database, string query)
    {
        await using var source = NpgsqlDataSource.Create(platform.Servers.PostgresConnectionString(database) + ";Pooling=false");
        await using var command = source.CreateCommand(query);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object[]>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>All that the platform holds: every table of every database as text, and every log.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="rows">Which rows, in terms of <c>t</c>.</param>
    public static async Task<List<(string Where, string Text)>> Texts(this Cli.Machine.Platform platform, string rows = "true")
    {
        var texts = new List<(string, string)>();
        foreach (var database in Databases)
        {
            var tables = await platform.Sql(database,
                "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'");
            foreach (var table in tables.Select(t => (string)t[0]))
                texts.Add(($"{database} {table}", (await platform.Sql(database, $"SELECT string_agg(t::text, E'\\n') FROM {table} t WHERE {rows}"))[0][0] as string ?? ""));
        }

        foreach (var log in Directory.EnumerateFiles(platform.Folder, "*.log", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            texts.Add((log, await reader.ReadToEndAsync()));
        }

        return texts;
    }

    /// <summary>A connection as the broker's own user.</summary>
    public static Task<IConnection> Broker(this Cli.Machine.Platform platform) =>
        new ConnectionFactory { Uri = platform.Servers.RabbitMq }.CreateConnectionAsync();

    /// <summary>How many records of a cohort are in each state.</summary>
    public static async Task<Dictionary<string, int>> States(this Api api, Guid cohort)
    {
        var records = await Api.Send(api.Enrollment, HttpMethod.Get, $"records?cohort={cohort}&take=1000");
        return records.EnumerateArray().CountBy(r => r.GetProperty("state").GetString()!).ToDictionary();
    }

    /// <summary>Waits until every record of the cohort has its answer.</summary>
    public static Task Answered(this Api api, Guid cohort, int records) => Until(
        async () => await api.States(cohort) is var states && states.Values.Sum() == records && !states.ContainsKey("AwaitingSeat"),
        $"all {records} records of the cohort have their answer");

    /// <summary>Waits until every stored event of every service is in its ledger, and the ledger witnessed.</summary>
    public static Task Witnessed(this Cli.Machine.Platform platform) => Until(
        async () =>
        {
            foreach (var service in Stores)
            {
                var file = Path.Combine(platform.Witness, service + ".checkpoints");
                var witnessed = File.Exists(file) ? Ledger.Checkpoint.Notes(File.ReadLines(file)).Select(n => long.Parse(n.Split('\n')[1], CultureInfo.InvariantCulture)).LastOrDefault() : 0;
                var stored = (long)(await platform.Sql(service, $"SELECT count(*) FROM {service}.mt_events WHERE type <> 'tombstone'"))[0][0];
                if (witnessed != stored)
                    return false;
            }

            return true;
        },
        "every event is witnessed");
}
