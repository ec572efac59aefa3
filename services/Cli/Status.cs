using System.CommandLine;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Spectre.Console;
using Tremplin.Cli.DeadLetters;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli;

/// <summary><c>status</c>: what runs where, and whether it is well.</summary>
internal static class Status
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

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
        var refused = new List<string>();
        foreach (var replica in state.Replicas.Where((_, i) => rows[i + 2].Well))
            refused.AddRange(await RefusalAsync(replica.Url, stop) is { } why ? [why] : Array.Empty<string>());

        var table = new Table().AddColumns("", "address", "state", "process", "memory");
        foreach (var (name, address, well, process) in rows)
        {
            table.AddRow(name, address, well ? "[green]ready[/]" : process is { Pid: > 0, Alive: false } ? "[red]ended[/]" : "[red]not ready[/]",
                process is { Alive: true } ? $"{process.Pid}" : "", process is { Alive: true } ? $"{process.ResidentBytes >> 20} MB" : "");
        }
        AnsiConsole.Write(table);
        foreach (var why in refused)
            AnsiConsole.MarkupLineInterpolated($"[red]{why}[/] Find out with: ./platform audit verify");
        if (rows[1].Well)
            await ShowDeadLettersAsync(state, stop);
        if (state.Management is { } management)
            Console.WriteLine($"RabbitMQ's pages: {management} (user and password: {state.Folder}/state.json)");
        return rows.All(row => row.Well) && refused.Count == 0;

        LocalProcess? Of(string name) => state.Servers.Processes.FirstOrDefault(process => process.Name.Equals(name, StringComparison.Ordinal));
    }

    // All else goes on while some wait: the state stays well.
    private static async Task ShowDeadLettersAsync(PlatformState state, CancellationToken stop)
    {
        try
        {
            foreach (var (queue, count) in await Waiting.CountAsync(state, stop) ?? [])
                AnsiConsole.MarkupLineInterpolated($"[yellow]{count} dead {(count == 1 ? "letter waits" : "letters wait")} in {queue}.[/] Find out why with: ./platform dead-letters list");
        }
        catch (Exception e) when (e is InvalidOperationException or RabbitMQClientException)
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]Whether dead letters wait could not be found out: {e.Message}[/]");
        }
    }

    private static async Task<string?> RefusalAsync(Uri url, CancellationToken stop)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(url, "health/ledger"), stop);
            return answer.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable ? await answer.Content.ReadAsStringAsync(stop) : null;
        }
        catch (HttpRequestException)
        {
            // It is not ready, which the table shows.
            return null;
        }
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
