using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>R12: more seats, each offered at once to who waits; or fewer, but never fewer than are taken: nobody is evicted.</summary>
/// <param name="Capacity">Seats from now on.</param>
/// <param name="Hindered">Waiting records that cannot take a seat now, and why (R10).</param>
public sealed record ChangeCapacity(int Capacity, IReadOnlyDictionary<Guid, string> Hindered) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now)
    {
        if (state.Status == CohortStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such cohort.");
        if (Capacity == state.Capacity)
            return Decision.Nothing;
        if (state.Status is CohortStatus.Closed or CohortStatus.Cancelled)
            return Decision.Refuse("cohort-over", $"The cohort is over: {state.Status}.");
        if (Capacity < 1)
            return Decision.Refuse("no-seats", "A cohort has at least one seat.");
        if (Capacity > state.Programme?.MaxSize)
            return Decision.Refuse("too-many-seats", $"The programme allows {state.Programme.MaxSize} seats. One more for a person who waits is a seat beyond the capacity.");
        return Capacity < state.Occupied()
            ? Decision.Refuse("seats-taken", $"{state.Occupied()} seats are held, offered or reserved; nobody is evicted.")
            : state.AndOffer(now, Hindered, new CapacityChanged(state.Capacity, Capacity));
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/cohorts/{id}/capacity", async (Guid id, Seats body, Shell shell, TimeClashes clashes, Origin origin, CancellationToken cancellation) =>
            (await shell.HandleExclusively(id, new ChangeCapacity(body.Capacity, await clashes.Of(id, cancellation)), origin))
                .Answer(o => Results.Ok(new { id, o.State.Capacity, occupied = o.State.Occupied(), waiting = o.State.Waiting().Count() })))
            .For(Role.Coordinator);

    /// <summary>The body of the request.</summary>
    /// <param name="Capacity">Seats from now on.</param>
    public sealed record Seats(int Capacity);
}
