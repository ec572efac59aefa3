using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using Marten;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tremplin.Platform.Rules;

/// <summary>
/// A service as its own Program.cs builds it, up to the moment when it would listen: no server, database or broker is
/// touched. What is read from it is therefore what runs.
/// </summary>
internal sealed record Running(
    IReadOnlyList<RouteEndpoint> Endpoints, ISerializer Serializer, IReadOnlyDictionary<Type, string> StoredNames, IReadOnlyList<Type> Documents)
{
    private static readonly ConcurrentDictionary<Service, Lazy<Running>> Known = [];
    private static readonly Lock OneAtATime = new();

    private static readonly string[] Settings =
    [
        "--ConnectionStrings:Store=Host=nowhere.invalid", "--ConnectionStrings:Keys=Host=nowhere.invalid",
        "--RabbitMq:Uri=amqp://nowhere.invalid", "--Identity:Authority=http://nowhere.invalid", "--Secrets:Folder=/nowhere", "--Certificates:Address=http://nowhere.invalid",
        "--Ledger:Witness=/nowhere",
        "--Logging:LogLevel:Default=None",
    ];

    public static Running Of(Service service) => Known.GetOrAdd(service, s => new(() => Start(s.Assembly))).Value;

    private static Running Start(Assembly service)
    {
        lock (OneAtATime)
        {
            var stage = new Stage();
            using (DiagnosticListener.AllListeners.Subscribe(stage))
            {
                try
                {
                    service.EntryPoint!.Invoke(null, [Settings]);
                }
                catch (TargetInvocationException) when (stage.Seen is not null)
                {
                    // The stage ended the start on purpose.
                }
            }

            return stage.Seen ?? throw new InvalidOperationException($"{service.GetName().Name} was not built.");
        }
    }

    /// <summary>Takes the place of the web server; of the hosted services only the one that opens the addresses is left.</summary>
    private sealed class Stage : IServer, IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        private IServiceProvider? _services;

        public Running? Seen { get; private set; }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
                value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder host })
            {
                host.ConfigureServices(services =>
                {
                    var hosted = services.Where(s => s.ServiceType == typeof(IHostedService)).ToList();
                    hosted.Where(s => s.ImplementationType?.Name != "GenericWebHostService").ToList().ForEach(s => services.Remove(s));
                    services.AddSingleton<IServer>(provider =>
                    {
                        _services = provider;
                        return this;
                    });
                });
            }
        }

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            var store = _services!.GetRequiredService<IDocumentStore>();
            Seen = new(
                [.. _services!.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()],
                store.Options.Serializer(),
                store.Options.Events.AllKnownEventTypes().ToDictionary(e => e.EventType, e => e.EventTypeName),
                store.Options.AllKnownDocumentTypes().Select(document => document.DocumentType).ToList());
            throw new OperationCanceledException("Enough was seen.");
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
