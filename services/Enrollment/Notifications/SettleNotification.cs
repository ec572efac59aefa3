using Tremplin.Defaults;

namespace Tremplin.Enrollment.Notifications;

/// <summary>What became of handing a mail over.</summary>
public abstract record Handover
{
    private Handover() { }

    /// <summary>The relay has it.</summary>
    /// <param name="Answer">What it said, without addresses.</param>
    public sealed record Taken(string Answer) : Handover;

    /// <summary>The relay surely does not have it.</summary>
    /// <param name="Code">Why: <c>smtp-</c> and the code of a refusal, or a word.</param>
    /// <param name="ForNow">Whether it may take it later.</param>
    public sealed record NotTaken(string Code, bool ForNow) : Handover;

    /// <summary>It was on its way, and no answer came.</summary>
    public sealed record Unanswered : Handover;
}

/// <summary>Says what became of an attempt to send. A late answer counts as well: it is better known than not.</summary>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Handover">What became of it.</param>
public sealed record SettleNotification(int Attempt, Handover Handover) : ICommand<Notification>
{
    /// <inheritdoc/>
    public Decision Decide(Notification state, DateTimeOffset now)
    {
        if (state.Attempts != Attempt || state.Status is not (NotificationStatus.Sending or NotificationStatus.Uncertain))
            return Decision.Nothing;
        return Handover switch
        {
            Handover.Taken t => Decision.Accept(new NotificationSent(Attempt, t.Answer)),
            Handover.NotTaken { ForNow: true } n when state.Tries <= Notification.Rests.Count =>
                Decision.Accept(new NotificationFailed(Attempt, n.Code, now + Notification.Rests[state.Tries - 1])),
            Handover.NotTaken n => Decision.Accept(new NotificationFailed(Attempt, n.Code, null)),
            _ => state.Status == NotificationStatus.Sending ? Decision.Accept(new NotificationLeftUncertain(Attempt)) : Decision.Nothing,
        };
    }
}
