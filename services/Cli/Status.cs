using System.CommandLine;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Spectre.Console;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli;

/// <summary><c>status</c>: what runs where, and whether it is well.</summary>
internal static class Status
{
    public static Command Verb()
    {
        var verb = new Command("status", "Shows what runs where. The exit code is 0 when all is well and 1 otherwise.");
        verb.SetAction(async (_, stop) =>
        {
            if (PlatformState.In(PlatformState.Home) is { Started: true } state)
                return await ShowAsync(state, stop) ? 0 : 1;
            Console.WriteLine($"No platform is up in {PlatformState.Home}.");
            return 1;
        });
        return verb;
    }

    /// <summary>Shows it as a table; true when all is well.</summary>
    public static async Task<bool> ShowAsync(PlatformState state, CancellationToken stop)
    {
        var database = new NpgsqlConnectionStringBuilder(state.Postgres);
        var rows = new List<(string Name, string Address, bool Well, LocalProcess? Process)>
        {
            ("postgres", $"{database.Host}:{database.Port}", await AnswersAsync(state.Postgres, stop), Of("postgres")),
            ("rabbitmq", $"{state.RabbitMq.Host}:{state.RabbitMq.Port}", await AnswersAsync(state.RabbitMq, stop), Of("rabbitmq")),
        };
        foreach (var replica in state.Replicas)
            rows.Add((replica.Process.Name, replica.Url.ToString(), await ServiceProcess.IsReadyAsync(replica.Url, stop), replica.Process));

        var table = new Table().AddColumns("", "address", "state", "process", "memory");
        foreach (var (name, address, well, process) in rows)
        {
            table.AddRow(name, address, well ? "[green]ready[/]" : process is { Alive: false } ? "[red]ended[/]" : "[red]not ready[/]",
                process is { Alive: true } ? $"{process.Pid}" : "", process is { Alive: true } ? $"{process.ResidentBytes >> 20} MB" : "");
        }
        AnsiConsole.Write(table);
        if (state.Management is { } management)
            Console.WriteLine($"RabbitMQ's pages: {management} (user and password: {state.Folder}/state.json)");
        return rows.All(row => row.Well);

        LocalProcess? Of(string name) => state.Servers.Processes.FirstOrDefault(process => process.Name.Equals(name, StringComparison.Ordinal));
    }

    private static async Task<bool> AnswersAsync(string postgres, CancellationToken stop)
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{postgres};Pooling=false;Timeout=5");
            await connection.OpenAsync(stop);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<bool> AnswersAsync(Uri rabbitMq, CancellationToken stop)
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = rabbitMq, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(stop);
            return true;
        }
        catch (BrokerUnreachableException)
        {
            return false;
        }
    }
}
