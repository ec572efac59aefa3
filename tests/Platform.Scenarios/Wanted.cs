using System.Diagnostics;
using System.Reflection;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tremplin.Defaults;
using Tremplin.Identity;
using Weasel.Core;
using Weasel.Core.Migrations;
using Weasel.EntityFrameworkCore;
using Weasel.Postgresql;

namespace Tremplin.Scenarios;

/// <summary>The schema that a database shall have, as the service's own Program.cs sets it up. Nothing is started for it.</summary>
internal static class Wanted
{
    /// <summary>Marten's tables come first: what is in plain SQL is about them.</summary>
    public static IReadOnlyList<ISchemaObject> In(string database, string secrets)
    {
        if (database is "keys")
            return Enrollment.Learners.LearnerKeysTable.Schema();
        using var host = Built(database switch
        {
            "identity" => typeof(IdentityDatabase).Assembly,
            "enrollment" => typeof(Enrollment.Announcements).Assembly,
            "scheduling" => typeof(Scheduling.Announcements).Assembly,
            _ => typeof(Certification.Announcements).Assembly,
        }, secrets);
        using var scope = host.Services.CreateScope();
        return database is "identity"
            ? DbContextExtensions.GetSchemaObjectsForMigration(scope.ServiceProvider.GetRequiredService<IdentityDatabase>(), new PostgresqlMigrator())
            : [.. ((IDatabase)host.Services.GetRequiredService<IDocumentStore>().Storage.Database).AllObjects().OrderBy(one => one is InSql)];
    }

    private static IHost Built(Assembly service, string secrets)
    {
        var stage = new Stage();
        using (DiagnosticListener.AllListeners.Subscribe(stage))
        {
            try
            {
                service.EntryPoint!.Invoke(null,
                [
                    (string[])
                    [
                        "--ConnectionStrings:Store=Host=nowhere.invalid", "--ConnectionStrings:Keys=Host=nowhere.invalid",
                        "--ConnectionStrings:Identity=Host=nowhere.invalid", "--RabbitMq:Uri=amqp://nowhere.invalid",
                        "--Identity:Authority=http://nowhere.invalid", "--Identity:Audience=nowhere", $"--Secrets:Folder={secrets}", "--Certificates:Address=http://nowhere.invalid",
                        "--Ledger:Witness=/nowhere", "--Logging:LogLevel:Default=None",
                    ],
                ]);
            }
            catch (TargetInvocationException) when (stage.Built is not null)
            {
                // The stage ended the start on purpose.
            }
        }

        return stage.Built ?? throw new InvalidOperationException($"{service.GetName().Name} was not built.");
    }

    /// <summary>Lets a host be built, and not be started.</summary>
    private sealed class Stage : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public IHost? Built { get; private set; }

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
                value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is not { Key: "HostBuilt", Value: IHost host })
                return;
            Built = host;
            throw new OperationCanceledException("Enough was seen.");
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
