using System.Diagnostics;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using MassTransit;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Tremplin.Defaults;

/// <summary>
/// The only place that publishes. The event store is the outbox: this subscription follows it and moves on when the broker
/// has confirmed. A page may be sent again after a fault; the message id is the event's id.
/// </summary>
internal sealed class Announcer : SubscriptionBase
{
    // From 64 unconfirmed messages on, RabbitMQ.Client slows its publisher down.
    private const int AtOnce = 60;

    private readonly Func<Recorded, object?> _announcements;
    private readonly Func<IReadOnlyList<IEvent>, CancellationToken, Task>? _outside;
    private readonly IAnnouncing _bus;
    private readonly ResiliencePipeline _untilConfirmed;

    /// <param name="announcements">What the other services hear of an event.</param>
    /// <param name="outside">Sends events, in their order, to those outside who may read them; null where nobody may.</param>
    /// <param name="bus">Where the services hear it.</param>
    /// <param name="log">Told while the broker does not confirm.</param>
    public Announcer(Func<Recorded, object?> announcements, Func<IReadOnlyList<IEvent>, CancellationToken, Task>? outside, IAnnouncing bus, ILogger<Announcer> log)
    {
        (_announcements, _outside, _bus, Name) = (announcements, outside, bus, "Announcer");
        // Bounded: after the last attempt the daemon takes over, which asks again every few seconds.
        _untilConfirmed = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 60,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(1),
                OnRetry = retry =>
                {
                    if (retry.AttemptNumber % 10 == 0)
                        log.LogWarning(retry.Outcome.Exception, "The broker does not confirm; attempt {Attempt}.", retry.AttemptNumber + 1);
                    return default;
                },
            })
            .AddTimeout(TimeSpan.FromSeconds(10))
            .Build();
    }

    public override async Task<IChangeListener> ProcessEventsAsync(
        EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
    {
        // Marten's own, in the place of what a failed transaction would have appended.
        var events = page.Events.Where(e => e.Data is not Tombstone).ToList();
        await Task.WhenAll(ToServices(events, cancellationToken), ToPartners(events, cancellationToken));
        return NullChangeListener.Instance;
    }

    // Many at once, but of a stream one event about each record: what is sent while another is unconfirmed may arrive although
    // that one does not (the broker goes away, a queue is full), and so overtake it.
    private Task ToServices(IEnumerable<IEvent> events, CancellationToken cancellation) => Parallel.ForEachAsync(
        events.Select(e => (Event: e, Message: _announcements(e.Recorded()))).Where(e => e.Message is not null).GroupBy(e => (e.Event.StreamId, (e.Event.Data as IAboutRecord)?.RecordId)),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
        async (stream, stop) =>
        {
            foreach (var (@event, message) in stream)
                await Confirmed(attempt => Publish(@event, message!, attempt), stop);
        });

    // Partners ask for what came after the last that they have: they get the order of the store.
    private async Task ToPartners(IEnumerable<IEvent> events, CancellationToken cancellation)
    {
        foreach (var wave in _outside is null ? [] : events.Chunk(AtOnce))
            await Confirmed(attempt => _outside!(wave, attempt), cancellation);
    }

    private Task Confirmed(Func<CancellationToken, Task> send, CancellationToken stop) => _untilConfirmed.ExecuteAsync(async attempt => await send(attempt), stop).AsTask();

    private async Task Publish(IEvent @event, object message, CancellationToken cancellation)
    {
        // The correlation id is the trace id: one trace goes from a record's application to its certificate, however
        // many months and requests lie between. The request that led to this event is linked.
        var correlation = Guid.Parse(@event.CorrelationId!);
        var trace = new ActivityContext(
            ActivityTraceId.CreateFromString(correlation.ToString("N")), ActivitySpanId.CreateFromString(@event.Id.ToString("N").AsSpan(16)),
            ActivityTraceFlags.Recorded, isRemote: true);
        var request = ActivityContext.TryParse(@event.Header(Origin.TraceHeader), null, out var context) ? [new ActivityLink(context)] : Array.Empty<ActivityLink>();
        using var activity = Telemetry.Source.StartActivity("announce " + @event.EventTypeName, ActivityKind.Producer, trace, links: request);
        await _bus.Publish(message, message.GetType(), send =>
        {
            send.MessageId = @event.Id;
            send.CorrelationId = correlation;
            send.Headers.Set(Origin.ActorHeader, @event.Header(Origin.ActorHeader));
            send.Headers.Set(Origin.OrganisationHeader, @event.Header(Origin.OrganisationHeader));
            // A message that no queue wants would be lost in silence: the broker hands it back and it is sent again.
            send.GetPayload<RabbitMqSendContext>().Mandatory = true;
        }, cancellation);
    }
}
