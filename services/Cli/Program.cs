using System.CommandLine;
using Tremplin.Cli;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Compose;
using Tremplin.Cli.Databases;
using Tremplin.Cli.DeadLetters;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Partners;
using Tremplin.Cli.Sandbox;

var root = new RootCommand("Tremplin on one machine.") { Demo.Verb(), Sandbox.Verb(), Up.Verb(), Down.Verb(), Status.Verb(), Logs.Verb(), Token.Verb(), Partner.Verb(), Audit.Verb(), MakeSecrets.Verb(), Topology.Verb(), Migrate.Verb(), DeadLetters.Verb() };
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
    // To an auditor 1 means that something does not hold, to an operator of dead letters that there is no such one.
    return args is ["audit" or "dead-letters", ..] ? 2 : 1;
}
