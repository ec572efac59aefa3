using System.CommandLine;
using Npgsql;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Databases;

/// <summary>
/// <c>migrate</c>: gives each service a database and a role that owns it and reaches no other; Enrollment and Certification
/// share the keys. The services make their tables in it. Done again it changes nothing.
/// </summary>
internal static class Migrate
{
    private static readonly Dictionary<string, string[]> Databases = new(StringComparer.Ordinal)
    {
        // The first owns it, and the others may read and write what it made.
        ["identity"] = ["identity"],
        ["enrollment"] = ["enrollment"],
        ["scheduling"] = ["scheduling"],
        ["certification"] = ["certification"],
        ["keys"] = ["keys", "enrollment", "certification"],
    };

    public static Command Verb()
    {
        var folder = new Option<string>("--passwords") { Description = "The folder with a file for each role: <role>.password.", Required = true };
        var verb = new Command("migrate", "Gives each service its database, and a role that reaches no other.") { folder };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(folder)!, stop));
        return verb;
    }

    private static async Task<int> RunAsync(string passwords, CancellationToken stop)
    {
        var state = PlatformState.In(PlatformState.Home) ?? throw new InvalidOperationException($"No platform in {PlatformState.Home}.");
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(state.Postgres) { Database = "postgres" });
        foreach (var role in Databases.Values.SelectMany(roles => roles).Distinct(StringComparer.Ordinal))
        {
            if (!await IsThereAsync(server, "SELECT 1 FROM pg_roles WHERE rolname = $1", Role(role), stop))
                await DoAsync(server, $"CREATE ROLE {Role(role)}", stop);
            // Of the keys only the database is one: nobody logs in as their owner.
            var password = Path.Combine(passwords, $"{Role(role)}.password");
            if (role is not "keys")
                await DoAsync(server, $"ALTER ROLE {Role(role)} LOGIN PASSWORD '{(await File.ReadAllTextAsync(password, stop)).Replace("'", "''", StringComparison.Ordinal)}'", stop);
        }

        foreach (var (database, roles) in Databases)
        {
            if (!await IsThereAsync(server, "SELECT 1 FROM pg_database WHERE datname = $1", database, stop))
                await DoAsync(server, $"CREATE DATABASE {database} OWNER {Role(roles[0])}", stop);
            await DoAsync(server, $"REVOKE ALL ON DATABASE {database} FROM PUBLIC", stop);
            foreach (var member in roles[1..])
            {
                // As members they may do what the owner may, whoever of them made the table.
                await DoAsync(server, $"GRANT {Role(roles[0])} TO {Role(member)}", stop);
                await DoAsync(server, $"ALTER ROLE {Role(member)} IN DATABASE {database} SET role = {Role(roles[0])}", stop);
            }
        }

        return 0;
    }

    private static string Role(string name) => $"tremplin_{name}";

    private static async Task<bool> IsThereAsync(NpgsqlDataSource server, string query, string name, CancellationToken stop)
    {
        await using var command = server.CreateCommand(query);
        command.Parameters.Add(new() { Value = name });
        return await command.ExecuteScalarAsync(stop) is not null;
    }

    private static async Task DoAsync(NpgsqlDataSource server, string statement, CancellationToken stop)
    {
#pragma warning disable CA2100 // Names cannot be parameters; these are ours.
        await using var command = server.CreateCommand(statement);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(stop);
    }
}
