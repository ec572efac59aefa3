using Tremplin.Defaults;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Notifications;

/// <summary>Whether somebody can be written to.</summary>
public enum Addressee
{
    /// <summary>There is an address.</summary>
    Reachable,

    /// <summary>Nobody opens the address any more.</summary>
    Erased,

    /// <summary>The address is none that mail can go to.</summary>
    NoAddress,
}

/// <summary>
/// Takes a notification for sending. Of several who ask at once exactly one gets the event, and that one sends: what is taken is
/// not taken again, and without an answer it is left to a person.
/// </summary>
/// <param name="Record">The training record as it is now; null where there is none.</param>
/// <param name="Addressee">Whether the learner can be written to.</param>
/// <param name="Overtaken">Whether a later word about the same half-day is there for the record.</param>
/// <param name="Relay">Whether a relay is configured.</param>
public sealed record ClaimNotification(TrainingRecord? Record, Addressee Addressee, bool Overtaken, bool Relay) : ICommand<Notification>
{
    /// <summary>Where a record stands whose learner is in a cohort, or may be at any moment.</summary>
    public static readonly RecordStatus[] InCohort = [RecordStatus.SeatOffered, RecordStatus.Confirmed, RecordStatus.InProgress];

    /// <inheritdoc/>
    public Decision Decide(Notification state, DateTimeOffset now)
    {
        if (state.NextLook is not { } due || now < due)
            return Decision.Nothing;
        if (state.Status == NotificationStatus.Sending)
            return Decision.Accept(new NotificationLeftUncertain(state.Attempts));
        if (Addressee == Addressee.Erased)
            return Decision.Accept(new NotificationSuppressed(Suppression.Erased));
        if (Addressee == Addressee.NoAddress)
            return Decision.Accept(new NotificationSuppressed(Suppression.NoAddress));
        if (Overtaken || !Stands(state, now))
            return Decision.Accept(new NotificationSuppressed(Suppression.Outdated));
        if (now >= state.At + Notification.Stale)
            return Decision.Accept(new NotificationSuppressed(Relay ? Suppression.Outdated : Suppression.NoRelay));
        return Relay ? Decision.Accept(new NotificationClaimed(state.Attempts + 1, now)) : Decision.Nothing;
    }

    // Whether what it would tell is still so.
    private bool Stands(Notification state, DateTimeOffset now) => state.Kind switch
    {
        NotificationKind.SeatOffered => Record is { Status: RecordStatus.SeatOffered, Seat: { Accepted: false } seat }
            && seat.CohortId == state.Facts!.CohortId && seat.OfferEnds == state.Facts.Deadline && now < seat.OfferEnds,
        NotificationKind.OfferExpired => Record is { Status: RecordStatus.Withdrawn },
        NotificationKind.SeatConfirmed => Record is { Status: RecordStatus.Confirmed or RecordStatus.InProgress } && Here(state),
        NotificationKind.CohortCancelled => Record?.Ended() == false,
        _ => Record is not null && InCohort.Contains(Record.Status) && Here(state) && now < state.Facts!.StartsAt,
    };

    private bool Here(Notification state) => Record!.Seat?.CohortId == state.Facts!.CohortId;
}
