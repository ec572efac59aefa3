using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Notifications;

/// <summary>A person says that a notification is not to be sent, such as one of which nobody knows whether it was: the learner was told otherwise.</summary>
public sealed record DismissNotification : ICommand<Notification>
{
    /// <inheritdoc/>
    public Decision Decide(Notification state, DateTimeOffset now) => state.Status switch
    {
        NotificationStatus.Unknown => Decision.Refuse(Problems.Unknown, "There is no such notification."),
        NotificationStatus.Sent => Decision.Refuse("notification-sent", "It was sent: the relay has it."),
        NotificationStatus.Sending => Decision.Refuse("notification-sending", "It is being sent; its answer is not there yet."),
        NotificationStatus.Suppressed => Decision.Nothing,
        _ => Decision.Accept(new NotificationSuppressed(Suppression.Dismissed)),
    };

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/notifications/{id}/dismiss", (Guid id, Shell shell, Origin origin, IQuerySession store) =>
            NotificationList.Asked(id, new DismissNotification(), shell, origin, store)).For(Role.Coordinator, Role.Operator);
}
