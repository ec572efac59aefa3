using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>Why somebody was given a seat beyond the capacity. A code, so that nobody writes personal data here.</summary>
public enum OverrideReason
{
    /// <summary>The platform or a person had taken the seat away by mistake.</summary>
    Mistake,

    /// <summary>The room and the trainer take one more.</summary>
    RoomForOneMore,

    /// <summary>The funder asked for it.</summary>
    Funder,
}

/// <summary>R1: a person gives a waiting record a seat beyond the capacity, and says why. Nobody loses a seat or a place by it.</summary>
/// <param name="RecordId">The training record, which waits.</param>
/// <param name="Reason">Why.</param>
public sealed record OverrideCapacity(Guid RecordId, OverrideReason Reason) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now)
    {
        if (state.Entries.GetValueOrDefault(RecordId) is not { } entry)
            return Decision.Refuse(Problems.Unknown, "The cohort does not know this record.");
        if (!state.TakesRequests())
            return Decision.Refuse("not-open", "The cohort does not give seats now.");
        return entry switch
        {
            { Standing: Standing.Seated } => Decision.Nothing,
            { Standing: Standing.Waiting, Organisation: null } => Decision.Accept(new CapacityOverridden(RecordId, entry.RecordVersion, entry.LearnerId, Reason)),
            _ => Decision.Refuse("not-waiting", "Only a record that waits can be given a seat beyond the capacity."),
        };
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/cohorts/{id}/overrides", async (Guid id, OverrideCapacity command, Shell shell, Origin origin) =>
            (await shell.HandleExclusively(id, command, origin)).Answer(o => Results.Ok(new { id, o.State.Capacity, occupied = o.State.Occupied() })))
            .For(Role.Coordinator);
}
