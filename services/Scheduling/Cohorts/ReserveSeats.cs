using System.Security.Claims;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>Why reserved seats, or a group that waits, are no longer there.</summary>
public enum ReservationEnd
{
    /// <summary>Nobody was named in time (R22b).</summary>
    NotNamed,

    /// <summary>The organisation gave them back.</summary>
    GivenBack,

    /// <summary>The cohort closed or was cancelled.</summary>
    CohortOver,
}

/// <summary>
/// R11, R22b: an organisation asks for some seats together and names the learners later. It gets all of them or waits for all of
/// them; passed over, it keeps its rank.
/// </summary>
/// <param name="ReservationId">Chosen by the caller: the same again changes nothing.</param>
/// <param name="Organisation">Who reserves, by the name in its token.</param>
/// <param name="Seats">How many.</param>
public sealed record ReserveSeats(Guid ReservationId, string Organisation, int Seats) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now)
    {
        if (state.Status == CohortStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such cohort.");
        if (state.Entries.TryGetValue(ReservationId, out var known))
        {
            return known.Organisation == Organisation
                ? Decision.Nothing
                : Decision.Refuse("id-taken", "The reservation's id is in use.");
        }

        if (!state.TakesRequests() || now >= state.StartsAt - Promotion.CutOff)
            return Decision.Refuse("not-open", "The cohort takes no reservations now.");
        if (Seats < 1 || Seats > state.Capacity)
            return Decision.Refuse("seats-out-of-range", $"A group has from 1 to {state.Capacity} seats in this cohort.");
        // R5: whoever waits comes before whoever comes now.
        return state.Occupied() + Seats <= state.Capacity && !state.Waiting().Any()
            ? Decision.Accept(new SeatsReserved(ReservationId, Organisation, Seats, Promotion.NameBy(state, now), []))
            : Decision.Accept(new ReservationWaitlisted(ReservationId, Organisation, Seats));
    }

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("/cohorts/{id}/reservations/{reservation}", async (
            Guid id, Guid reservation, Wanted body, Shell shell, Origin origin, ClaimsPrincipal caller) =>
            caller.MaySee(body.Organisation)
                ? (await shell.HandleExclusively(id, new ReserveSeats(reservation, body.Organisation, body.Seats), origin)).Answer(o => Results.Ok(Shown(o.State.Entries[reservation])))
                : Problems.Of(403, "foreign-partner", "A partner reserves in its own name only."))
            .For(Role.Partner, Role.Coordinator);

    /// <summary>A reservation as its organisation sees it.</summary>
    internal static object Shown(Entry group) => new { id = group.RecordId, group.Organisation, group.Standing, unnamed = group.Seats, nameBy = group.Deadline, group.Passes };

    /// <summary>The body of the request.</summary>
    /// <param name="Organisation">Who reserves; a partner may name itself only.</param>
    /// <param name="Seats">How many.</param>
    public sealed record Wanted(string Organisation, int Seats);
}
