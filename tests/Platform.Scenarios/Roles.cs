using Npgsql;
using Tremplin.Cli.Databases;

namespace Tremplin.Scenarios;

/// <summary>PostgreSQL itself refuses what a service, an auditor or a backup has no business to do.</summary>
public sealed class Roles(OnePlatform one)
{
    private static readonly string[] Stores = ["enrollment", "scheduling", "certification"];

    public static TheoryData<string, string> Refused()
    {
        var refused = new TheoryData<string, string>();
        foreach (var store in Stores)
        {
            foreach (var sql in (string[])
            [
                "UPDATE {0}.mt_events SET data = '{}'", "UPDATE {0}.mt_events SET is_archived = true", "DELETE FROM {0}.mt_events", "TRUNCATE {0}.mt_events",
                "DELETE FROM {0}.mt_streams", "UPDATE {0}.mt_streams SET type = 'other'", "UPDATE {0}.mt_streams SET is_archived = true", "TRUNCATE {0}.mt_streams CASCADE",
                "SELECT {0}.mt_archive_stream(gen_random_uuid())", "SELECT setval('{0}.mt_events_sequence', 1)",
                "UPDATE {0}.ledger_checkpoint SET note = ''", "DELETE FROM {0}.ledger_checkpoint", "DELETE FROM {0}.ledger_tile",
                "ALTER TABLE {0}.mt_events ADD COLUMN more text", "ALTER TABLE {0}.mt_events DISABLE TRIGGER ALL", "DROP TABLE {0}.mt_events", "DROP SCHEMA {0} CASCADE",
                "CREATE TABLE {0}.mine (id int)", "CREATE TABLE public.mine (id int)", "CREATE TEMP TABLE mine (id int)", "CREATE INDEX ON {0}.mt_events (timestamp)",
                "CREATE OR REPLACE FUNCTION {0}.mt_archive_stream(streamid uuid) RETURNS void LANGUAGE sql SECURITY DEFINER AS ''",
                "DELETE FROM public.applied_patch", "SET ROLE tremplin_owner", "SET SESSION AUTHORIZATION tremplin_owner", "CREATE ROLE mine", "CREATE DATABASE mine",
            ])
                refused.Add(store, sql.Replace("{0}", store, StringComparison.Ordinal));
        }

        return refused;
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_service_is_refused(string store, string sql) =>
        (await Refusal(one.Platform, $"tremplin_{store}", store, sql)).Should().Be(PostgresErrorCodes.InsufficientPrivilege);

    [Fact]
    public async Task A_service_reaches_its_own_databases_and_no_other()
    {
        var reached = new List<string>();
        foreach (var role in Migration.Roles)
        {
            foreach (var database in Migration.Databases)
            {
                switch (await Refusal(one.Platform, role, database, "SELECT name FROM applied_patch"))
                {
                    case null:
                        reached.Add($"{role[9..]}: {database}");
                        break;
                    case var state:
                        state.Should().Be(PostgresErrorCodes.InsufficientPrivilege);
                        break;
                }
            }
        }

        reached.Should().BeEquivalentTo(
            "identity: identity", "enrollment: keys", "enrollment: enrollment", "scheduling: scheduling", "certification: keys", "certification: certification",
            "auditor: identity", "auditor: enrollment", "auditor: scheduling", "auditor: certification",
            "backup: identity", "backup: keys", "backup: enrollment", "backup: scheduling", "backup: certification");
    }

    [Theory]
    [InlineData("INSERT INTO learner_keys VALUES ('\\x00', gen_random_uuid(), '\\x00')")]
    [InlineData("DELETE FROM learner_keys")]
    [InlineData("SELECT fingerprint FROM learner_keys")]
    public async Task Certification_only_opens_what_is_sealed(string sql) =>
        (await Refusal(one.Platform, "tremplin_certification", "keys", sql)).Should().Be(PostgresErrorCodes.InsufficientPrivilege);

    [Theory]
    [InlineData("UPDATE learner_keys SET wrapped_key = '\\x00'")]
    [InlineData("TRUNCATE learner_keys")]
    public async Task Nobody_gives_a_learner_another_key(string sql) =>
        (await Refusal(one.Platform, "tremplin_enrollment", "keys", sql)).Should().Be(PostgresErrorCodes.InsufficientPrivilege);

    [Fact]
    public async Task An_auditor_reads_every_table_of_a_store_and_writes_none()
    {
        foreach (var store in Stores)
        {
            foreach (var table in (await one.Platform.Sql(store, $"SELECT tablename FROM pg_tables WHERE schemaname = '{store}'")).Select(row => (string)row[0]))
            {
                (await Refusal(one.Platform, "tremplin_auditor", store, $"SELECT * FROM {store}.{table}")).Should().BeNull();
                // Also where the session says that it wants to write.
                (await Refusal(one.Platform, "tremplin_auditor", store, $"SET TRANSACTION READ WRITE; DELETE FROM {store}.{table}")).Should().Be(PostgresErrorCodes.InsufficientPrivilege);
            }

            (await Refusal(one.Platform, "tremplin_auditor", store, "CREATE TEMP TABLE mine (id int)")).Should().NotBeNull();
        }

        (await Refusal(one.Platform, "tremplin_auditor", "identity", """SELECT "ClientId", "Permissions", "Properties" FROM "OpenIddictApplications" """)).Should().BeNull();
        (await Refusal(one.Platform, "tremplin_auditor", "identity", """SELECT "ClientSecret" FROM "OpenIddictApplications" """)).Should().Be(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_backup_reads_everything_and_writes_nothing()
    {
        foreach (var (database, table) in ((string, string)[])[("keys", "learner_keys"), ("enrollment", "enrollment.mt_events"), ("identity", "\"OpenIddictApplications\"")])
        {
            (await Refusal(one.Platform, "tremplin_backup", database, $"SELECT * FROM {table}")).Should().BeNull();
            (await Refusal(one.Platform, "tremplin_backup", database, $"SET TRANSACTION READ WRITE; DELETE FROM {table}")).Should().Be(PostgresErrorCodes.InsufficientPrivilege);
        }
    }

    [Fact]
    public async Task A_role_asks_for_its_password()
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(one.Platform.Role("tremplin_enrollment", "enrollment")) { Password = Guid.NewGuid().ToString(), Pooling = false }.ConnectionString);
        var refused = await FluentActions.Awaiting(() => source.OpenConnectionAsync().AsTask()).Should().ThrowAsync<PostgresException>();
        refused.Which.SqlState.Should().Be(PostgresErrorCodes.InvalidPassword);
        File.GetUnixFileMode(Path.Combine(one.Platform.Passwords, "tremplin_enrollment.password")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_second_migration_changes_nothing()
    {
        var before = await Everything();
        before.Should().HaveCountGreaterThan(100).And.Contain(line => line.Contains("SCRAM-SHA-256", StringComparison.Ordinal));
        List<string> said = [];
        await Migrate(Migration.Committed, said);
        said.Should().BeEmpty();
        (await Everything()).Should().Equal(before);
    }

    [Fact]
    public async Task An_applied_patch_is_never_another()
    {
        var before = await Everything();
        var changed = Migration.Committed.ToDictionary(file => file.Key, file => file.Key == "scheduling/0001-tables.sql" ? file.Value + "-- Later.\n" : file.Value);
        var refused = await FluentActions.Awaiting(() => Migrate(changed)).Should().ThrowAsync<InvalidOperationException>();
        refused.Which.Message.Should().Be("The patch 0001-tables.sql was changed after it was applied to the database scheduling: put it back, and write another.");
        var older = Migration.Committed.Where(file => file.Key != "scheduling/0002-room-for-versions.sql").ToDictionary();
        refused = await FluentActions.Awaiting(() => Migrate(older)).Should().ThrowAsync<InvalidOperationException>();
        refused.Which.Message.Should().StartWith("The database scheduling has the patch 0002-room-for-versions.sql, which this build does not know");
        (await Everything()).Should().Equal(before);
    }

    [Fact]
    public async Task A_patch_that_fails_leaves_nothing_behind()
    {
        var broken = new Dictionary<string, string>(Migration.Committed) { ["scheduling/0999-broken.sql"] = "CREATE TABLE scheduling.half (id int); SELECT 1 / 0" };
        var refused = await FluentActions.Awaiting(() => Migrate(broken)).Should().ThrowAsync<InvalidOperationException>();
        refused.Which.Message.Should().Be("The patch 0999-broken.sql could not be applied to the database scheduling: division by zero");
        (await one.Platform.Sql("scheduling", "SELECT FROM pg_tables WHERE tablename = 'half' UNION ALL SELECT FROM applied_patch WHERE name LIKE '0999%'")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_service_says_which_patch_its_database_lacks()
    {
        await one.Platform.Sql("scheduling", "UPDATE applied_patch SET name = 'hidden' WHERE name = '0002-room-for-versions.sql'");
        try
        {
            var failed = await FluentActions.Awaiting(() => one.Platform.Scheduling[0].RestartAsync()).Should().ThrowAsync<InvalidOperationException>();
            failed.Which.Message.Split('\n').Should().Contain(line =>
                line.EndsWith("The database scheduling lacks the patch 0002-room-for-versions.sql: run migrate first.", StringComparison.Ordinal));
        }
        finally
        {
            await one.Platform.Sql("scheduling", "UPDATE applied_patch SET name = '0002-room-for-versions.sql' WHERE name = 'hidden'");
            await one.Platform.Scheduling[0].RestartAsync();
        }
    }

    private Task Migrate(IReadOnlyDictionary<string, string> sql, List<string>? said = null) => Migration.ApplyAsync(
        one.Platform.Servers.PostgresConnectionString("postgres"), one.Platform.Passwords, (said ?? []).Add, TestContext.Current.CancellationToken, sql);

    /// <summary>Roles, rights, tables and patches, as PostgreSQL's catalogues have them.</summary>
    private async Task<List<string>> Everything()
    {
        List<string> all = [.. (await one.Platform.Sql("postgres", "SELECT to_jsonb(r)::text FROM pg_authid r WHERE rolname LIKE 'tremplin%' ORDER BY rolname")).Select(row => (string)row[0])];
        all.AddRange((await one.Platform.Sql("postgres",
            "SELECT datname || ' ' || datdba || ' ' || coalesce(datacl::text, '') FROM pg_database ORDER BY 1")).Select(row => (string)row[0]));
        foreach (var database in Migration.Databases)
        {
            all.AddRange((await one.Platform.Sql(database,
                """
                SELECT name || ' ' || sha256 || ' ' || applied_at FROM applied_patch
                UNION ALL SELECT c.oid || ' ' || relname || ' ' || relowner || ' ' || coalesce((SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(relacl) a), '') || ' ' || coalesce(reloptions::text, '')
                  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', current_database())
                UNION ALL SELECT attrelid || ' ' || attname || ' ' || atttypid || ' ' || coalesce(attstattarget, -1) || ' ' || coalesce((SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(attacl) a), '')
                  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', current_database())
                UNION ALL SELECT p.oid || ' ' || md5(prosrc) || ' ' || proowner || ' ' || coalesce(proacl::text, '')
                  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname IN ('public', current_database())
                ORDER BY 1
                """)).Select(row => $"{database} {row[0]}"));
        }

        return all;
    }

    /// <summary>The SQLSTATE of PostgreSQL's refusal, to come in or to do it; null where it is done. Nothing of it stays.</summary>
    internal static async Task<string?> Refusal(Cli.Machine.Platform platform, string role, string database, string sql)
    {
        try
        {
            await using var connection = new NpgsqlConnection(platform.Role(role, database) + ";Pooling=false");
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            // So that what is done against expectation is undone. A database is not created in a transaction.
            await using var whole = sql.StartsWith("CREATE DATABASE", StringComparison.Ordinal) ? null : await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand(sql, connection, whole);
            await command.ExecuteNonQueryAsync();
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }
}
