using System.Security.Claims;
using Marten;
using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>R22b: the organisation gives back what it reserved and has not named, or no longer waits. Freed seats are offered on.</summary>
/// <param name="ReservationId">The reservation.</param>
/// <param name="Hindered">Waiting records that cannot take a seat now, and why (R10).</param>
public sealed record GiveBackSeats(Guid ReservationId, IReadOnlyDictionary<Guid, string> Hindered) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now) => state.Entries.GetValueOrDefault(ReservationId) switch
    {
        null or { Organisation: null } => Decision.Refuse(Problems.Unknown, "There is no such reservation."),
        { Standing: Standing.Reserved or Standing.Waiting } group =>
            state.AndOffer(now, Hindered, new ReservationEnded(ReservationId, group.Seats, ReservationEnd.GivenBack)),
        _ => Decision.Nothing,
    };

    /// <summary>Opens the doors: one reads, one gives back.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/cohorts/{id}/reservations/{reservation}", async (Guid id, Guid reservation, IQuerySession store, ClaimsPrincipal caller) =>
            await Of(id, reservation, store, caller) is { } group ? Results.Ok(ReserveSeats.Shown(group)) : Problems.NotFound("reservation", reservation))
            .For(Role.Partner, Role.Coordinator, Role.Auditor);
        routes.MapDelete("/cohorts/{id}/reservations/{reservation}", async (
            Guid id, Guid reservation, IQuerySession store, ClaimsPrincipal caller, Shell shell, TimeClashes clashes, Origin origin, CancellationToken cancellation) =>
            await Of(id, reservation, store, caller) is null
                ? Problems.NotFound("reservation", reservation)
                : (await shell.HandleExclusively(id, new GiveBackSeats(reservation, await clashes.Of(id, cancellation)), origin)).Answer(_ => Results.NoContent()))
            .For(Role.Partner, Role.Coordinator);
    }

    private static async Task<Entry?> Of(Guid id, Guid reservation, IQuerySession store, ClaimsPrincipal caller) =>
        (await store.LoadAsync<Cohort>(id))?.Entries.GetValueOrDefault(reservation) is { Organisation: { } organisation } group && caller.MaySee(organisation)
            ? group
            : null;
}
