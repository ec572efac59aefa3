using JasperFx.Events.Projections;
using Marten;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Notifications;

/// <summary>
/// Sends what is due, from the state of the streams alone: no projection or replay leads here. Each is claimed by an event first;
/// should two replicas do this at once, one of them has the claim. Without a relay it only clears away what is too old.
/// </summary>
public sealed class SendNotifications(IDocumentStore store, Shell shell, Acquaintances people, Relay relay, Clock clock, ILogger<SendNotifications> log) : ISweeper
{
    private const int AtOnce = 100;

    /// <inheritdoc/>
    public async Task Sweep(CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        var until = relay.Configured ? clock.Now : clock.Now - Notification.Stale;
        var due = await session.Query<Notification>().Where(n => n.NextLook <= until).OrderBy(n => n.NextLook).Take(AtOnce).ToListAsync(cancellation);
        if (due.Count == 0)
            return;
        // First of all: while the relay does not answer nothing is claimed, and no attempt is lost.
        var line = relay.Configured ? await relay.Connect(cancellation) : null;
        try
        {
            foreach (var notification in due)
            {
                cancellation.ThrowIfCancellationRequested();
                if (line is { IsConnected: false })
                {
                    line.Dispose();
                    line = await relay.Connect(cancellation);
                }

                await Send(notification.Id, session, line, cancellation);
            }
        }
        finally
        {
            line?.Dispose();
        }
    }

    /// <summary>Adds the notifications, and what they need.</summary>
    public static void Add(IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(new Relay(builder.Configuration)).AddSingleton<ISweeper, SendNotifications>();
        builder.Services.ConfigureMarten((services, options) =>
        {
            options.AddStream<Notification, NotificationEvent>();
            options.Projections.Add<NotificationSnapshot>(ProjectionLifecycle.Inline);
            options.Schema.For<Notification>().Index(n => n.RecordId).Index(n => n.NextLook!).Index(n => n.Status);
            options.Events.Subscribe(new QueueNotification.Hearing(services));
        });
    }

    private async Task Send(Guid id, IQuerySession session, Relay.Line? line, CancellationToken cancellation)
    {
        var known = (await session.LoadAsync<Notification>(id, cancellation))!;
        var record = await session.LoadAsync<TrainingRecord>(known.RecordId, cancellation);
        var learner = await people.Open(known.LearnerId, cancellation);
        var addressee = learner is null ? Addressee.Erased : Relay.CanReach(learner.Email) ? Addressee.Reachable : Addressee.NoAddress;
        var claim = new ClaimNotification(record, addressee, await Overtaken(known, session, cancellation), line is not null);
        var origin = Origin.Sweep("enrollment") with { CorrelationId = known.RecordId, CausationId = known.CauseId, TraceParent = Notification.Trace(known.RecordId, known.CauseId) };
        var claimed = await shell.Handle(id, claim, origin);
        if (claimed is { Appended: > 0, State.Status: NotificationStatus.Sending })
        {
            var mail = relay.Mail(id, learner!.Email, Letter.Of(known.RecordId, known.Kind, known.Facts!, learner.FirstName));
            claimed = await shell.Handle(id, new SettleNotification(claimed.State.Attempts, await line!.Hand(mail)), origin);
        }

        if (claimed.Appended > 0)
            log.LogInformation("Notification {Notification} ({Kind}) about record {Record}: {Status} {Answer} {Reason}", id, known.Kind, known.RecordId, claimed.State.Status, claimed.State.Answer, claimed.State.Reason);
    }

    private static async Task<bool> Overtaken(Notification known, IQuerySession session, CancellationToken cancellation) =>
        known.Facts?.HalfDay is { } halfDay
        && (await session.Query<Notification>().Where(n => n.RecordId == known.RecordId).ToListAsync(cancellation))
            .Any(n => n.Facts!.HalfDay is { } other && other.SessionId == halfDay.SessionId && other.SessionVersion > halfDay.SessionVersion);
}
