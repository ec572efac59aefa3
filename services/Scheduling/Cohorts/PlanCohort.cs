using Tremplin.Defaults;
using Tremplin.Scheduling.Sessions;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>Plans a cohort of a programme at a place.</summary>
/// <param name="ProgrammeRef">The programme.</param>
/// <param name="Zone">IANA time zone of the place (R25: France has many).</param>
/// <param name="Place">Where it is held.</param>
/// <param name="Territories">Départements it is meant for; empty means everywhere.</param>
/// <param name="Capacity">Seats, at least 1.</param>
public sealed record PlanCohort(string ProgrammeRef, string Zone, string Place, IReadOnlyList<string> Territories, int Capacity) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now)
    {
        if (state.Status != CohortStatus.Unknown)
            return Decision.Nothing;
        if (Capacity < 1)
            return Decision.Refuse("no-seats", "A cohort has at least one seat.");
        return LocalTime.Zone(Zone) is null
            ? Decision.Refuse("unknown-zone", $"'{Zone}' is no IANA time zone.")
            : Decision.Accept(new CohortPlanned(ProgrammeRef, Zone, Place, [.. Territories], Capacity));
    }

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPut("/cohorts/{id}", async (Guid id, PlanCohort command, Shell shell, Origin origin) =>
            (await shell.HandleExclusively(id, command, origin)).Answer(o => Results.Created($"/cohorts/{id}", new { id, o.State.Status })))
            .For(Role.Coordinator);
}
