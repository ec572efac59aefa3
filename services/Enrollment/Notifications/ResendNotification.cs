using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Notifications;

/// <summary>A person sends a notification again that failed, or of which nobody knows whether it was sent. What was sent is not sent again.</summary>
/// <param name="Reason">Why.</param>
public sealed record ResendNotification(ResendReason Reason) : ICommand<Notification>
{
    /// <inheritdoc/>
    public Decision Decide(Notification state, DateTimeOffset now) => state.Status switch
    {
        NotificationStatus.Unknown => Decision.Refuse(Problems.Unknown, "There is no such notification."),
        NotificationStatus.Failed or NotificationStatus.Uncertain => Decision.Accept(new ResendRequested(Reason, now)),
        NotificationStatus.Sent => Decision.Refuse("notification-sent", "It was sent: the relay has it."),
        NotificationStatus.Suppressed => Decision.Refuse("notification-suppressed", $"It is not sent: {state.Reason}."),
        _ => Decision.Nothing,
    };

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/notifications/{id}/resend", (Guid id, ResendNotification command, Shell shell, Origin origin, IQuerySession store) =>
            NotificationList.Asked(id, command, shell, origin, store)).For(Role.Coordinator, Role.Operator);
}
