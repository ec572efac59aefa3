using System.Collections.Concurrent;
using System.Globalization;
using JasperFx;
using Npgsql;
using Tremplin.Cli.Databases;
using Tremplin.Cli.Machine;
using Weasel.Core;
using Weasel.Postgresql;

namespace Tremplin.Scenarios;

/// <summary>
/// The committed patches make the schema that the services want. <c>APPROVE=1</c> writes a patch with what is lacking: then
/// run this class alone, for no service is started.
/// </summary>
public sealed class Patches(Patches.OneServer server) : IClassFixture<Patches.OneServer>
{
    internal static readonly bool Approving = Environment.GetEnvironmentVariable("APPROVE") == "1";

    public static TheoryData<string> Databases => [.. Migration.Databases];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Make_what_the_services_want(string database)
    {
        await using var connection = new NpgsqlConnection(server.Servers.PostgresConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var lacking = await SchemaMigration.DetermineAsync(
            connection, TestContext.Current.CancellationToken, [.. Wanted.In(database, Path.Combine(server.Folder, "secrets"))]);
        if (lacking.Difference == SchemaPatchDifference.None)
            return;
        var next = Migration.PatchesOf(database, Migration.Committed).Count + 1;
        var file = Path.Combine("deploy", "postgres", database, string.Create(CultureInfo.InvariantCulture, $"{next:0000}-changes.sql"));
        var text = Text(lacking, first: next == 1);
        if (Approving)
            await File.WriteAllTextAsync(Path.Combine(SourceTree.Root, file), text, TestContext.Current.CancellationToken);
        Assert.Fail($"The patches of {database} lack this. {(Approving ? $"It is written to {file}: read it, give it a name, build." : "APPROVE=1 writes it.")}\n\n{text}");
    }

    [Fact]
    public void Are_applied_once_each_when_two_migrate_at_once() => server.Said.Should().BeEquivalentTo(
        Migration.Databases.SelectMany(database => Migration.PatchesOf(database, Migration.Committed).Select(patch => $"{database}: {patch.Name}")));

    private static string Text(SchemaMigration lacking, bool first)
    {
        var migrator = new PostgresqlMigrator { TableCreation = CreationStyle.CreateIfNotExists };
        using var writer = new StringWriter { NewLine = "\n" };
        foreach (var schema in first ? lacking.Schemas : [])
            writer.WriteLine($"CREATE SCHEMA {schema};");
        lacking.WriteAllUpdates(writer, migrator, AutoCreate.CreateOrUpdate);
        return string.Join('\n', writer.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).Trim() + "\n";
    }

    /// <summary>A server with the committed patches, and nobody who uses it.</summary>
    public sealed class OneServer : IAsyncLifetime
    {
        public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"tremplin-patches-{Guid.NewGuid():N}");

        public ConcurrentQueue<string> Said { get; } = [];

        public Servers Servers { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Servers = await Servers.StartAsync(Path.Combine(Folder, "servers"), _ => { });
            await Task.WhenAll(Apply(), Apply());
        }

        // What is granted may be about tables of the patch that is still to be written.
        private Task Apply() => Migration.ApplyAsync(
            Servers.PostgresConnectionString("postgres"), Path.Combine(Folder, "secrets", "postgres"), Said.Enqueue, TestContext.Current.CancellationToken,
            Migration.Committed.ToDictionary(file => file.Key, file => file.Key.EndsWith("/grants.sql", StringComparison.Ordinal) ? "SELECT 1" : file.Value, StringComparer.Ordinal));

        public async ValueTask DisposeAsync()
        {
            await Servers.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
