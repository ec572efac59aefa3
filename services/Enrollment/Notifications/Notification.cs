using JasperFx.Events;
using Marten.Events.Aggregation;
using Tremplin.Defaults;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Notifications;

/// <summary>
/// A mail that is owed to one learner for one cause. Its id follows from both, so what is heard twice is owed once. Holds what the
/// text needs and no personal data: name and address are opened when it is sent.
/// </summary>
public sealed record Notification : IStreamState<Notification>
{
    /// <summary>(policy) Older causes are told to nobody any more: so a relay that comes late sends no flood.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromHours(48);

    /// <summary>Whoever took it for sending has answered by then, or never will.</summary>
    public static readonly TimeSpan ClaimHolds = TimeSpan.FromMinutes(5);

    /// <summary>(policy) How long it rests after each refusal for now; after the last it has failed.</summary>
    public static readonly IReadOnlyList<TimeSpan> Rests =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(4)];

    /// <summary>The stream's id.</summary>
    public Guid Id { get; init; }

    /// <summary>Where it stands.</summary>
    public NotificationStatus Status { get; init; }

    /// <summary>The training record that it is about.</summary>
    public Guid RecordId { get; init; }

    /// <summary>Whom it is for.</summary>
    public Guid LearnerId { get; init; }

    /// <summary>What it tells.</summary>
    public NotificationKind Kind { get; init; }

    /// <summary>The event that it follows from, in this service or another.</summary>
    public Guid CauseId { get; init; }

    /// <summary>When the cause happened or, later, when a person asked to send it again, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What the text needs; null before it is queued.</summary>
    public NotificationFacts? Facts { get; init; }

    /// <summary>How often it was taken for sending.</summary>
    public int Attempts { get; init; }

    /// <summary>Of these, how often since it was queued or a person asked again.</summary>
    public int Tries { get; init; }

    /// <summary>When something is to be done about it, UTC; null where nothing is.</summary>
    public DateTimeOffset? NextLook { get; init; }

    /// <summary>What the relay said last: its answer, or the code of its refusal; null before.</summary>
    public string? Answer { get; init; }

    /// <summary>Why it is not sent; null where it is, or will be.</summary>
    public Suppression? Reason { get; init; }

    /// <inheritdoc/>
    public static Notification Initial { get; } = new();

    /// <summary>The stream for this cause and this learner.</summary>
    public static Guid IdFor(Guid cause, Guid learner) => NameBased.Id("notification", cause.ToString(), learner.ToString());

    /// <summary>W3C trace context: the trace of the record, at the event that caused this, as with what the services tell each other.</summary>
    public static string Trace(Guid record, Guid cause) => $"00-{record:N}-{cause.ToString("N")[16..]}-01";

    /// <inheritdoc/>
    public Notification Evolve(object @event) => @event switch
    {
        NotificationQueued e => this with
        {
            Status = NotificationStatus.Queued,
            RecordId = e.RecordId,
            LearnerId = e.LearnerId,
            Kind = e.Kind,
            CauseId = e.CauseId,
            At = e.At,
            Facts = e.Facts,
            NextLook = e.At,
        },
        NotificationClaimed e => this with { Status = NotificationStatus.Sending, Attempts = e.Attempt, Tries = Tries + 1, NextLook = e.At + ClaimHolds },
        NotificationSent e => this with { Status = NotificationStatus.Sent, NextLook = null, Answer = e.Answer },
        NotificationFailed e => this with
        {
            Status = e.RetryAt is null ? NotificationStatus.Failed : NotificationStatus.Retrying,
            NextLook = e.RetryAt,
            Answer = e.Code,
        },
        NotificationLeftUncertain => this with { Status = NotificationStatus.Uncertain, NextLook = null },
        NotificationSuppressed e => this with { Status = NotificationStatus.Suppressed, NextLook = null, Reason = e.Reason },
        ResendRequested e => this with { Status = NotificationStatus.Queued, At = e.At, Tries = 0, NextLook = e.At },
        _ => this,
    };
}

/// <summary>Where a notification stands.</summary>
public enum NotificationStatus
{
    /// <summary>There is no such notification.</summary>
    Unknown,

    /// <summary>Waits for the sender; without a relay until it is too old.</summary>
    Queued,

    /// <summary>Taken for sending; there is no answer yet.</summary>
    Sending,

    /// <summary>Refused for now; it is tried again.</summary>
    Retrying,

    /// <summary>The relay has it.</summary>
    Sent,

    /// <summary>Refused for good, or too often. A person may send it again.</summary>
    Failed,

    /// <summary>Perhaps sent: the answer was lost. It is not sent again unless a person asks for it.</summary>
    Uncertain,

    /// <summary>Not sent, for a reason.</summary>
    Suppressed,
}

/// <summary>What a notification tells.</summary>
public enum NotificationKind
{
    /// <summary>R6: a freed seat is offered, until a deadline.</summary>
    SeatOffered,

    /// <summary>R7: the offer ended unanswered.</summary>
    OfferExpired,

    /// <summary>The seat is the learner's.</summary>
    SeatConfirmed,

    /// <summary>R28: the cohort was cancelled, and what became of the record.</summary>
    CohortCancelled,

    /// <summary>R26: a half-day is at another time or in another room.</summary>
    HalfDayMoved,

    /// <summary>R26: a half-day is cancelled.</summary>
    HalfDayCancelled,
}

/// <summary>Why a notification is not sent.</summary>
public enum Suppression
{
    /// <summary>The learner was erased: nobody knows whom to write to.</summary>
    Erased,

    /// <summary>The address is none that can be written to.</summary>
    NoAddress,

    /// <summary>It is not true any more, such as an offer that was answered, or older than anybody wants to hear.</summary>
    Outdated,

    /// <summary>There was no relay as long as it was worth sending.</summary>
    NoRelay,

    /// <summary>A person said so.</summary>
    Dismissed,
}

/// <summary>Why a person sends a notification again. A code, so that nobody writes personal data here.</summary>
public enum ResendReason
{
    /// <summary>The learner does not have it.</summary>
    NotReceived,

    /// <summary>What kept the relay from taking it was put right.</summary>
    RelayRepaired,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>What the text of a notification needs, as it was when it was queued. Holds no personal data.</summary>
/// <param name="Partner">The partner through whom the learner applied.</param>
/// <param name="Programme">The programme's title, French; its reference where the title is not known.</param>
/// <param name="Zone">IANA time zone in which times are told: that of the place of a half-day, else that of the organisation.</param>
/// <param name="CohortId">The cohort.</param>
/// <param name="StartsAt">Start of the cohort, of the next where it was cancelled, or of the half-day, an instant; null where there is none.</param>
public sealed record NotificationFacts(string Partner, string Programme, string Zone, Guid CohortId, DateTimeOffset? StartsAt)
{
    /// <summary>Of an offer: when it ends.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Of a cancelled cohort: what became of the record.</summary>
    public Disposition? Disposition { get; init; }

    /// <summary>Of a half-day: which.</summary>
    public HalfDayFacts? HalfDay { get; init; }
}

/// <summary>The half-day that a notification is about.</summary>
/// <param name="SessionId">Its id.</param>
/// <param name="SessionVersion">The session's version that says so: a later one is the truth.</param>
/// <param name="Number">Which half-day of the cohort, from 1.</param>
/// <param name="EndsAt">Its end, an instant.</param>
/// <param name="Room">Where in the place; null where it is cancelled.</param>
/// <param name="OldStartsAt">Its start before it was moved, an instant; null where it is cancelled.</param>
public sealed record HalfDayFacts(Guid SessionId, long SessionVersion, int Number, DateTimeOffset EndsAt, string? Room, DateTimeOffset? OldStartsAt);

/// <summary>Base of the events of a notification.</summary>
public abstract record NotificationEvent
{
    private protected NotificationEvent() { }
}

/// <summary>A learner is to be told of something.</summary>
[StoredAs("notification.queued.v1")]
public sealed record NotificationQueued(
    Guid RecordId, Guid LearnerId, NotificationKind Kind, Guid CauseId, DateTimeOffset At, NotificationFacts Facts) : NotificationEvent, IAboutRecord;

/// <summary>It was taken for sending. Stored before the relay is spoken to: whoever finds it so does not send.</summary>
[StoredAs("notification.claimed.v1")]
public sealed record NotificationClaimed(int Attempt, DateTimeOffset At) : NotificationEvent;

/// <summary>The relay took it over, with this answer.</summary>
[StoredAs("notification.sent.v1")]
public sealed record NotificationSent(int Attempt, string Answer) : NotificationEvent;

/// <summary>It was surely not sent, for this cause; it is tried again at that time, or not at all.</summary>
[StoredAs("notification.failed.v1")]
public sealed record NotificationFailed(int Attempt, string Code, DateTimeOffset? RetryAt) : NotificationEvent;

/// <summary>Whether it was sent is not known: the connection, or whoever sent it, was gone before the answer.</summary>
[StoredAs("notification.left-uncertain.v1")]
public sealed record NotificationLeftUncertain(int Attempt) : NotificationEvent;

/// <summary>It is not sent.</summary>
[StoredAs("notification.suppressed.v1")]
public sealed record NotificationSuppressed(Suppression Reason) : NotificationEvent;

/// <summary>A person asked to send it again.</summary>
[StoredAs("notification.resend-requested.v1")]
public sealed record ResendRequested(ResendReason Reason, DateTimeOffset At) : NotificationEvent;

/// <summary>Keeps <see cref="Notification"/> as a snapshot, so that the sender finds what is due in one read.</summary>
public partial class NotificationSnapshot : SingleStreamProjection<Notification, Guid>
{
    /// <summary>Without this it would take in the events of every stream.</summary>
    public NotificationSnapshot() => IncludeType<NotificationEvent>();

    /// <inheritdoc/>
    public override Notification Evolve(Notification? snapshot, Guid id, IEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return (snapshot ?? Notification.Initial with { Id = id }).Evolve(e.Data);
    }
}
