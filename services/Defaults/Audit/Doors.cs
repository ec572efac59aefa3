using System.Reflection;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tremplin.Defaults.Audit;

/// <summary>What every service keeps for auditors, and opens to them alone. None of it changes anything.</summary>
internal static class Doors
{
    public static void AddAudit(this IHostApplicationBuilder builder, string service, string connection, Func<Recorded, object?> announcements)
    {
        builder.Services.AddSingleton(services => new Books(
            service, connection, (StoreOptions)services.GetRequiredService<IDocumentStore>().Options, announcements, builder.Required("Secrets:Folder")));
        builder.Services.AddSingleton(services => new LedgerKeeper(
            services.GetRequiredService<Books>(), builder.Required("Ledger:Witness"), builder.Configuration.GetValue("Ledger:Longest", TimeSpan.FromMinutes(1))));
        builder.Services.AddSingleton<ISweeper>(services => services.GetRequiredService<LedgerKeeper>());
    }

    public static void MapAudit(this WebApplication app)
    {
        var (audit, books, store) = (app.MapGroup("/audit").For(Role.Auditor), app.Services.GetRequiredService<Books>(), app.Services.GetRequiredService<IDocumentStore>());
        var service = Assembly.GetEntryAssembly()!;
        app.MapGet("/health/ledger", (LedgerKeeper keeper) => keeper.Refuses is { } why
            ? Results.Text(why, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("signs, where this replica leads")).AllowAnonymous();
        Figures.Watch(app, books.Service);
        Events.Map(audit, books);
        History.Map(audit, books);
        Proofs.Map(audit, books);
        Published.Map(audit, books, store, service);
        Comparison.Map(audit, books, store);
        Invariants.Map(audit, books, store, service);
    }
}
