using System.CommandLine;
using Tremplin.Cli;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Backups;
using Tremplin.Cli.Compose;
using Tremplin.Cli.Databases;
using Tremplin.Cli.DeadLetters;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Partners;
using Tremplin.Cli.Sandbox;

var root = new RootCommand("Tremplin on one machine.") { Demo.Verb(), Sandbox.Verb(), Up.Verb(), Down.Verb(), Status.Verb(), Logs.Verb(), Token.Verb(), Partner.Verb(), Audit.Verb(), MakeSecrets.Verb(), Topology.Verb(), Migrate.Verb(), DeadLetters.Verb(), Backup.Verb(), Restore.Verb(), Recovered.Verb() };
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // After Ctrl-C there is something to end in good order.
        ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
    });
}
catch (OperationCanceledException e)
{
    // Nobody pressed Ctrl-C where a wait of our own ran out: then the place matters.
    await Console.Error.WriteLineAsync($"Ended before it was done{e.StackTrace?.Split('\n').LastOrDefault(at => at.Contains("Tremplin.", StringComparison.Ordinal)) ?? "."}");
    return 130;
}
catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException or FormatException or HttpRequestException or Npgsql.NpgsqlException or RabbitMQ.Client.Exceptions.RabbitMQClientException)
{
    await Console.Error.WriteLineAsync(e.Message);
    // There 1 means that something does not hold, or that there is no such dead letter.
    return args is ["audit" or "dead-letters" or "backup" or "restore" or "recovered", ..] ? 2 : 1;
}
