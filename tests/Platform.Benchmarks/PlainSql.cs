using System.Diagnostics;
using Npgsql;
using Tremplin.Cli.Machine;

namespace Tremplin.Platform.Benchmarks;

/// <summary>What PostgreSQL gives without anything around it: two rows per transaction, prepared statements.</summary>
internal static class PlainSql
{
    public static async Task<double> TransactionsPerSecond(Servers servers, int clients, TimeSpan time)
    {
        await servers.CreateDatabaseAsync("bench");
        await using var source = NpgsqlDataSource.Create(servers.PostgresConnectionString("bench") + $";Maximum Pool Size={clients};Max Auto Prepare=10");
        await using (var create = source.CreateCommand(
            "CREATE TABLE stream (id uuid PRIMARY KEY, version int); CREATE TABLE event (id bigserial PRIMARY KEY, stream uuid, data jsonb)"))
            await create.ExecuteNonQueryAsync();
        var clock = Stopwatch.StartNew();
        var done = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var insert = new NpgsqlCommand(
                "WITH s AS (INSERT INTO stream VALUES ($1, 1)) INSERT INTO event (stream, data) VALUES ($1, $2::jsonb)", connection);
            insert.Parameters.Add(new NpgsqlParameter<Guid>());
            insert.Parameters.Add(new NpgsqlParameter<string>());
            await insert.PrepareAsync();
            var count = 0;
            for (; clock.Elapsed < time; count++)
            {
                insert.Parameters[0].Value = Guid.CreateVersion7();
                insert.Parameters[1].Value = """{"programme":"site-web","partner":"incub-loire","role":"employee","appliedOn":"2026-01-31"}""";
                await insert.ExecuteNonQueryAsync();
            }

            return count;
        })));
        return done.Sum() / clock.Elapsed.TotalSeconds;
    }
}
