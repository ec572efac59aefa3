using System.Reflection;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Tremplin.Defaults;

/// <summary>A connection for announcements alone: their frames do not stand in one line with acknowledgements.</summary>
public interface IAnnouncing : IBus;

/// <summary>MassTransit on quorum queues, as every service uses it.</summary>
public static class Bus
{
    // Enough for group commits. What a few busy queues acknowledge at once has to fit into the 128 frames that RabbitMQ.Client 7.2.2
    // holds for its writer: when that is full while the broker dies, the connection never ends and no consumer comes back.
    private const int AtOnce = 32;

    /// <summary>
    /// How often a queue gives a message out before it drops it: in effect without end. RabbitMQ 4 drops it after 20 times
    /// unless told otherwise, and takes -1 for no limit; 3.10 knows no limit unless told, and drops at once where told -1.
    /// </summary>
    public const int DeliveryLimit = 1_000_000;

    /// <summary>
    /// Adds the bus and every consumer of the service, each with a queue <c>service.slice</c> of its own: a door is named
    /// after the command that it stands in.
    /// </summary>
    public static void AddBus(this IHostApplicationBuilder builder, string service, Assembly doors)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var broker = new Uri(builder.Required("RabbitMq:Uri"));
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddConsumers(doors);
            bus.SetEndpointNameFormatter(new QueueNames(service));
            bus.AddConfigureEndpointsCallback((_, _, endpoint) =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
                {
                    queue.SetQuorumQueue();
                    queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
                }
                endpoint.PrefetchCount = AtOnce;
                endpoint.ConcurrentMessageLimit = AtOnce;
                endpoint.ConfigureDefaultErrorTransport();
                // Nobody hears them, and a service may not make their exchanges: then nothing would be parked either.
                endpoint.PublishFaults = false;
                // Poison is parked soon, with its cause, in <queue>_error ...
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Ignore<Exception>(Outage);
                    retry.Ignore<RefusedException>();
                    retry.Intervals(50, 200, 1000);
                });
                // ... but an outage is nobody's fault: the message waits for its end.
                endpoint.UseMessageRetry(retry =>
                {
                    retry.Handle<Exception>(Outage);
                    retry.Exponential(int.MaxValue, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100));
                });
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                Connect(rabbit);
                rabbit.ConfigureEndpoints(context);
            });
        });
        builder.Services.AddMassTransit<IAnnouncing>(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.UsingRabbitMq((_, rabbit) => Connect(rabbit));
        });
        builder.Services.Configure<MassTransitHostOptions>(options => options.StopTimeout = TimeSpan.FromSeconds(20));

        void Connect(IRabbitMqBusFactoryConfigurator rabbit)
        {
            rabbit.Host(broker, host =>
            {
                host.Heartbeat(TimeSpan.FromSeconds(10));
                host.PublisherConfirmation = true;
                if (builder.Configuration["RabbitMq:Nodes"]?.Split(',') is { } nodes)
                    host.UseCluster(cluster => Array.ForEach(nodes, cluster.Node));
            });
            rabbit.UseJsonSerializer();
        }
    }

    /// <summary>
    /// Whether the database is away, or no primary now: trying again helps. What the driver says by itself, such as that
    /// no host is suitable, is that always.
    /// </summary>
    public static bool Outage(Exception? e) => e is NpgsqlException and ((not PostgresException) or { IsTransient: true }) or TimeoutException or OperationCanceledException || (e?.InnerException is { } inner && Outage(inner));

    private sealed class QueueNames(string service) : DefaultEndpointNameFormatter(includeNamespace: false)
    {
        protected override string FormatName(Type type) => base.FormatName(type.DeclaringType ?? type);

        public override string SanitizeName(string name) => $"{service}.{JsonNamingPolicy.KebabCaseLower.ConvertName(name)}";
    }
}
