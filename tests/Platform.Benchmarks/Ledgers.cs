using Npgsql;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;

namespace Tremplin.Platform.Benchmarks;

/// <summary>What the ledger costs those who append.</summary>
internal static class Ledgers
{
    private static readonly string[] Stores = ["enrollment", "scheduling", "certification"];

    /// <summary>
    /// Applications per second without and with the ledger, in turns on one platform. To do without it, the lock is held
    /// under which it grows; what has gathered meanwhile is caught up in the next round with it.
    /// </summary>
    public static async Task<(double Without, double With)> PerSecond(Cli.Machine.Platform platform, Api api, Course course, int rounds, TimeSpan each)
    {
        await Load.PerSecond(api, course, clients: 32, TimeSpan.FromSeconds(20));
        var (without, with) = (0d, 0d);
        for (var round = 0; round < rounds; round++)
        {
            var held = await Task.WhenAll(Stores.Select(store => Hold(platform.Servers, store)));
            without += await Load.PerSecond(api, course, clients: 32, each) / rounds;
            foreach (var connection in held)
                await connection.DisposeAsync();
            with += await Load.PerSecond(api, course, clients: 32, each) / rounds;
        }

        return (without, with);
    }

    private static async Task<NpgsqlConnection> Hold(Servers servers, string store)
    {
        var connection = new NpgsqlConnection(servers.PostgresConnectionString(store) + ";Pooling=false");
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended('tremplin-ledger', 0))", connection);
        await hold.ExecuteNonQueryAsync();
        return connection;
    }
}
