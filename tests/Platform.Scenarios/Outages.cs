using Npgsql;
using Tremplin.Defaults;

namespace Tremplin.Scenarios;

/// <summary>What is an outage, so that a message waits for its end and is not parked.</summary>
public sealed class Outages
{
    [Fact]
    public async Task Two_database_servers_of_which_none_answers_are_an_outage_each_time()
    {
        await using var nobody = NpgsqlDataSource.Create("Host=127.0.0.1:1,127.0.0.1:2;Target Session Attributes=primary;Username=u;Database=d");
        var first = await nobody.Invoking(d => d.OpenConnectionAsync().AsTask()).Should().ThrowAsync<NpgsqlException>();
        // Now the driver knows both to be away and does not even try, which it does not call transient.
        var second = await nobody.Invoking(d => d.OpenConnectionAsync().AsTask()).Should().ThrowAsync<NpgsqlException>();
        second.Which.IsTransient.Should().BeFalse();
        Bus.Outage(first.Which).Should().BeTrue();
        Bus.Outage(second.Which).Should().BeTrue();
        Bus.Outage(new InvalidOperationException("", second.Which)).Should().BeTrue();
    }

    [Fact]
    public void What_the_server_says_no_to_is_none() =>
        Bus.Outage(new PostgresException("duplicate key", "ERROR", "ERROR", PostgresErrorCodes.UniqueViolation)).Should().BeFalse();
}
