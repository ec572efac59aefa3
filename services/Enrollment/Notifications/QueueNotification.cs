using JasperFx.Events;
using JasperFx.Events.Daemon;
using JasperFx.Events.Projections;
using Marten;
using Marten.Subscriptions;
using MassTransit;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.Organisations;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Notifications;

/// <summary>A learner is to be told of something. Heard again, also in a replay, it changes nothing; nothing is sent here.</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="LearnerId">Whom to tell.</param>
/// <param name="Kind">Of what.</param>
/// <param name="CauseId">The event that it follows from.</param>
/// <param name="At">When that happened, UTC.</param>
/// <param name="Facts">What the text needs.</param>
public sealed record QueueNotification(
    Guid RecordId, Guid LearnerId, NotificationKind Kind, Guid CauseId, DateTimeOffset At, NotificationFacts Facts) : ICommand<Notification>
{
    /// <inheritdoc/>
    public Decision Decide(Notification state, DateTimeOffset now) => state.Status == NotificationStatus.Unknown
        ? Decision.Accept(new NotificationQueued(RecordId, LearnerId, Kind, CauseId, At, Facts))
        : Decision.Nothing;

    /// <summary>What the learner is told of an event of a training record; null where that is nothing.</summary>
    /// <param name="e">The event.</param>
    /// <param name="application">What was applied for.</param>
    /// <param name="zone">The time zone of the organisation.</param>
    /// <param name="cohorts">The cohorts as they were announced.</param>
    public static QueueNotification? Of(Recorded e, Application application, string zone, IReadOnlyDictionary<Guid, CohortFacts> cohorts)
    {
        ArgumentNullException.ThrowIfNull(e);
        ArgumentNullException.ThrowIfNull(application);
        return e.Data switch
        {
            TrainingRecords.SeatOffered o => Told(NotificationKind.SeatOffered, Facts(o.CohortId, o.CohortId) with { Deadline = o.Deadline }),
            TrainingRecords.OfferExpired x => Told(NotificationKind.OfferExpired, Facts(x.CohortId, x.CohortId)),
            SeatConfirmed c => Told(NotificationKind.SeatConfirmed, Facts(c.CohortId, c.CohortId)),
            Displaced d => Told(NotificationKind.CohortCancelled, Facts(d.CohortId, d.NextCohortId) with { Disposition = d.Disposition }),
            _ => null,
        };

        NotificationFacts Facts(Guid cohort, Guid? begins) => new(
            application.Partner, cohorts.GetValueOrDefault(cohort)?.Title ?? application.Programme, zone, cohort,
            begins is { } next ? cohorts.GetValueOrDefault(next)?.StartsAt : null);

        QueueNotification Told(NotificationKind kind, NotificationFacts facts) => new(e.StreamId, application.LearnerId, kind, e.EventId, e.OccurredAt, facts);
    }

    /// <summary>Follows the events of training records. A patch says from where: what happened before it is told to nobody.</summary>
    public sealed class Hearing : SubscriptionBase
    {
        private readonly IServiceProvider _services;

        /// <param name="services">Where the shell is: it needs the store that is being made with this.</param>
        public Hearing(IServiceProvider services)
        {
            (_services, Name) = (services, "Notifications");
            IncludeType<TrainingRecords.SeatOffered>();
            IncludeType<TrainingRecords.OfferExpired>();
            IncludeType<SeatConfirmed>();
            IncludeType<Displaced>();
        }

        /// <inheritdoc/>
        public override async Task<IChangeListener> ProcessEventsAsync(
            EventRange page, ISubscriptionController controller, IDocumentOperations operations, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(page);
            var events = page.Events.Where(e => e.Data is TrainingRecordEvent).ToList();
            await using var session = _services.GetRequiredService<IDocumentStore>().QuerySession();
            var records = (await session.LoadManyAsync<TrainingRecord>(cancellationToken, [.. events.Select(e => e.StreamId).Distinct()])).ToDictionary(r => r.Id, r => r.Application!);
            var (cohorts, zones) = (await Cohorts(session, events.SelectMany(Named), cancellationToken), await Zones(session, records.Values, cancellationToken));
            var shell = _services.GetRequiredService<Shell>();
            var log = _services.GetRequiredService<ILogger<QueueNotification>>();
            await Task.WhenAll(events.Select(async e =>
            {
                if (Of(e.Recorded(), records[e.StreamId], zones[records[e.StreamId].OrganisationRef], cohorts) is { } queue)
                    await queue.By(new(e.Header(Origin.ActorHeader), e.Header(Origin.OrganisationHeader), e.Id, e.StreamId, e.Id, Notification.Trace(e.StreamId, e.Id)), shell, log);
            }));
            return NullChangeListener.Instance;
        }

        private static IEnumerable<Guid> Named(IEvent e) => e.Data switch
        {
            TrainingRecords.SeatOffered o => [o.CohortId],
            TrainingRecords.OfferExpired x => [x.CohortId],
            SeatConfirmed c => [c.CohortId],
            Displaced { NextCohortId: { } next } d => [d.CohortId, next],
            Displaced d => [d.CohortId],
            _ => [],
        };
    }

    /// <summary>The doors for what Scheduling says of half-days. Told is who holds a seat in the cohort, or is offered one.</summary>
    public sealed class Door(Shell shell, IDocumentStore store, Clock clock, ILogger<QueueNotification> log) : IConsumer<SessionRescheduled>, IConsumer<SessionCancelled>
    {
        /// <inheritdoc/>
        public Task Consume(ConsumeContext<SessionRescheduled> context)
        {
            var m = context.Message;
            // Who holds it changes nothing for learners.
            return (m.OldStartsAt, m.OldEndsAt, m.OldRoom) == (m.StartsAt, m.EndsAt, m.Room)
                ? Task.CompletedTask
                : Tell(context, m.CohortId, NotificationKind.HalfDayMoved, m.Zone, m.StartsAt, new(m.SessionId, m.SessionVersion, m.Number, m.EndsAt, m.Room, m.OldStartsAt));
        }

        /// <inheritdoc/>
        public Task Consume(ConsumeContext<SessionCancelled> context)
        {
            var m = context.Message;
            return m.WithCohort
                ? Task.CompletedTask
                : Tell(context, m.CohortId, NotificationKind.HalfDayCancelled, m.Zone, m.StartsAt, new(m.SessionId, m.SessionVersion, m.Number, m.EndsAt, null, null));
        }

        private async Task Tell(ConsumeContext context, Guid cohort, NotificationKind kind, string zone, DateTimeOffset startsAt, HalfDayFacts halfDay)
        {
            var (origin, now) = (Origin.Of(context), clock.Now);
            await using var session = store.QuerySession();
            var told = await session.Query<TrainingRecord>().Where(r => r.Seat!.CohortId == cohort && r.Status.IsOneOf(ClaimNotification.InCohort)).ToListAsync(context.CancellationToken);
            var title = (await session.LoadAsync<Offering>(cohort, context.CancellationToken))?.Cohort?.Title;
            await Task.WhenAll(told.Select(r =>
            {
                var a = r.Application!;
                var facts = new NotificationFacts(a.Partner, title ?? a.Programme, zone, cohort, startsAt) { HalfDay = halfDay };
                return new QueueNotification(r.Id, a.LearnerId, kind, origin.CausationId, now, facts).By(origin, shell, log);
            }));
        }
    }

    private async Task By(Origin origin, Shell shell, ILogger log)
    {
        var id = Notification.IdFor(CauseId, LearnerId);
        if ((await shell.Handle(id, this, origin)).Appended > 0)
            log.LogInformation("Notification {Notification} ({Kind}) about record {Record} is queued.", id, Kind, RecordId);
    }

    private static async Task<Dictionary<Guid, CohortFacts>> Cohorts(IQuerySession session, IEnumerable<Guid> ids, CancellationToken cancellation) =>
        (await session.LoadManyAsync<Offering>(cancellation, [.. ids.Distinct()])).Where(o => o.Cohort is not null).ToDictionary(o => o.Id, o => o.Cohort!);

    private static async Task<Dictionary<string, string>> Zones(IQuerySession session, IEnumerable<Application> applications, CancellationToken cancellation)
    {
        var references = applications.Select(a => a.OrganisationRef).Distinct().ToList();
        var known = (await session.LoadManyAsync<Organisation>(cancellation, [.. references.Select(Organisation.IdFor)])).ToDictionary(o => o.Id, o => o.Details!.Zone);
        return references.ToDictionary(r => r, r => known.GetValueOrDefault(Organisation.IdFor(r), "Europe/Paris"), StringComparer.Ordinal);
    }
}
