using System.Net.Http.Json;
using Npgsql;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Databases;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;

namespace Tremplin.Scenarios;

/// <summary>A server that has all patches but each database's last, and data, gets the last ones, whatever they are.</summary>
public sealed class Upgrade(OnePlatform one)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_stored_before_the_last_patches_outlives_them_and_the_services_run_on_it()
    {
        var course = await Course.Open(one.Api, cohorts: 1, seats: 2);
        for (var n = 0; n < 3; n++)
            await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(course.Cohorts[0], Course.Stranger()));
        await one.Api.Answered(course.Cohorts[0], 3);
        await one.Platform.Witnessed();
        var record = (await Records(one.Api, course.Cohorts[0]))[0];

        var folder = Path.Combine(Path.GetTempPath(), $"tremplin-upgrade-{Guid.NewGuid():N}");
        try
        {
            await Upgraded(folder);
            await Runs(folder, record, course.Cohorts[0]);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private async Task Upgraded(string folder)
    {
        var (servers, secrets) = (await Servers.StartAsync(Path.Combine(folder, "servers"), _ => { }, persistent: true, Stop), Path.Combine(folder, "secrets"));
        try
        {
            await Migration.ApplyAsync(servers.PostgresConnectionString("postgres"), Path.Combine(secrets, "postgres"), _ => { }, Stop, BeforeTheLast());
            List<(string Database, string Table, string Columns)> copied = [];
            foreach (var database in Migration.Databases)
                copied.AddRange(await Copy(database, servers));
            copied.Select(table => table.Table).Should().Contain(["enrollment.mt_events", "public.learner_keys"]);
            var stored = await Rows(servers, copied);
            CopyFiles(Path.Combine(one.Platform.Folder, "secrets"), secrets);
            CopyFiles(one.Platform.Witness, Path.Combine(folder, "witness"));

            List<string> said = [];
            await Migration.ApplyAsync(servers.PostgresConnectionString("postgres"), Path.Combine(secrets, "postgres"), said.Add, Stop);
            said.Should().NotBeEmpty();
            // What was planned before half-days were booked is booked by the patch (R23).
            (await Booked(servers)).Should().Equal(await Booked(one.Platform.Servers)).And.NotBeEmpty();
            (await Rows(servers, copied)).Should().Equal(stored).And.NotContain(line => line.StartsWith("enrollment.mt_events 0", StringComparison.Ordinal));
        }
        finally
        {
            await Servers.EndAsync(servers.Record, purge: false);
        }
    }

    private static async Task Runs(string folder, System.Text.Json.JsonElement record, Guid cohort)
    {
        var platform = await Platform.StartAsync(new(folder, SimulatedClock: true, Persistent: true), _ => { }, Stop);
        platform.SetClock(OnePlatform.Start);
        platform.Record();
        try
        {
            using var api = new Api(platform);
            (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{record.GetProperty("id").GetGuid()}")).ToString().Should().Be(record.ToString());
            using (var again = await api.Enrollment.PostAsJsonAsync("applications", Course.Application(cohort, Course.Stranger()), Stop))
                again.EnsureSuccessStatusCode();
            await api.Answered(cohort, 4);
            await platform.Witnessed();
            await using var keys = Verify.Store(platform.Servers.PostgresConnectionString("postgres"), "keys");
            foreach (var service in Auditor.Services)
            {
                await using var store = Verify.Store(platform.Servers.PostgresConnectionString("postgres"), service);
                var verified = await Verify.Of(service, store, platform.Witness, service == "enrollment" ? new(keys, store, TimeSpan.FromMinutes(1)) : null).Run(_ => { }, Stop);
                verified.Findings.Should().BeEmpty();
            }

            foreach (var refused in Roles.Refused().Select(row => row.Data))
                (await Roles.Refusal(platform, $"tremplin_{refused.Item1}", refused.Item1, refused.Item2)).Should().Be(PostgresErrorCodes.InsufficientPrivilege, refused.Item2);
        }
        finally
        {
            await PlatformState.In(folder)!.EndAsync(purge: true);
        }
    }

    /// <summary>What is committed, without the last patch of each database that has several. What is granted may be about it.</summary>
    private static Dictionary<string, string> BeforeTheLast()
    {
        var last = Migration.Databases.Select(database => (database, Patches: Migration.PatchesOf(database, Migration.Committed)))
            .Where(all => all.Patches.Count > 1).Select(all => $"{all.database}/{all.Patches[^1].Name}").ToList();
        last.Should().NotBeEmpty();
        return Migration.Committed.Where(file => !last.Contains(file.Key))
            .ToDictionary(file => file.Key, file => file.Key.EndsWith("/grants.sql", StringComparison.Ordinal) ? "SELECT 1" : file.Value);
    }

    /// <summary>Every row of a database, as far as the tables there have a place for it; says what was copied.</summary>
    private async Task<List<(string Database, string Table, string Columns)>> Copy(string database, Servers servers)
    {
        List<(string, string, string)> copied = [];
        await using var from = new NpgsqlConnection(one.Platform.Servers.PostgresConnectionString(database) + ";Pooling=false");
        await using var to = new NpgsqlConnection(servers.PostgresConnectionString(database) + ";Pooling=false");
        await from.OpenAsync(Stop);
        await to.OpenAsync(Stop);
        await using (var rules = new NpgsqlCommand("SET session_replication_role = replica", to))
            await rules.ExecuteNonQueryAsync(Stop);
        var here = await Tables(from);
        foreach (var (table, columns) in await Tables(to))
        {
            var shared = string.Join(", ", columns.Where(column => here.GetValueOrDefault(table, []).Contains(column)));
            if (shared.Length == 0)
                continue;
            using (var reader = await from.BeginTextExportAsync($"COPY (SELECT {shared} FROM {table}) TO STDOUT", Stop))
            await using (var writer = await to.BeginTextImportAsync($"COPY {table} ({shared}) FROM STDIN", Stop))
                await writer.WriteAsync(await reader.ReadToEndAsync(Stop));
            copied.Add((database, table, shared));
        }

        if (here.ContainsKey($"{database}.mt_events"))
        {
            await using var next = new NpgsqlCommand($"SELECT setval('{database}.mt_events_sequence', (SELECT max(seq_id) FROM {database}.mt_events))", to);
            await next.ExecuteNonQueryAsync(Stop);
        }

        return copied;
    }

    private static async Task<Dictionary<string, string[]>> Tables(NpgsqlConnection connection)
    {
        await using var query = new NpgsqlCommand(
            """
            SELECT quote_ident(table_schema) || '.' || quote_ident(table_name), array_agg(quote_ident(column_name)::text) FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema IN ('public', current_database()) AND table_type = 'BASE TABLE' AND table_name <> 'applied_patch' AND is_generated = 'NEVER' GROUP BY 1
            """, connection);
        await using var rows = await query.ExecuteReaderAsync(Stop);
        var tables = new Dictionary<string, string[]>();
        while (await rows.ReadAsync(Stop))
            tables.Add(rows.GetString(0), rows.GetFieldValue<string[]>(1));
        return tables;
    }

    private static async Task<List<string>> Rows(Servers servers, IEnumerable<(string Database, string Table, string Columns)> of)
    {
        List<string> all = [];
        foreach (var (database, table, columns) in of)
        {
            await using var source = NpgsqlDataSource.Create(servers.PostgresConnectionString(database) + ";Pooling=false");
            await using var query = source.CreateCommand(
                $"SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') FROM (SELECT {columns} FROM {table}) t");
            all.Add($"{table} {await query.ExecuteScalarAsync(Stop)}");
        }

        return all;
    }

    private static async Task<List<string>> Booked(Servers servers)
    {
        await using var source = NpgsqlDataSource.Create(servers.PostgresConnectionString("scheduling") + ";Pooling=false");
        await using var query = source.CreateCommand("SELECT concat_ws(' ', session_id, resource, during) FROM scheduling.booking WHERE NOT isempty(during) ORDER BY 1");
        await using var rows = await query.ExecuteReaderAsync(Stop);
        List<string> all = [];
        while (await rows.ReadAsync(Stop))
            all.Add(rows.GetString(0));
        return all;
    }

    private static void CopyFiles(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private static async Task<List<System.Text.Json.JsonElement>> Records(Api api, Guid cohort) =>
        [.. (await Api.Send(api.Enrollment, HttpMethod.Get, $"records?cohort={cohort}&state=Confirmed")).EnumerateArray()];
}
