using Marten;
using Tremplin.Defaults;
using Tremplin.Scheduling.Programmes;
using Tremplin.Scheduling.Sessions;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>Opens a cohort for requests and pins the programme's newest version.</summary>
/// <param name="Programme">The version to pin, or null where none is published.</param>
/// <param name="Planned">[start, end) of each planned half-day.</param>
public sealed record OpenCohort(ProgrammeVersion? Programme, IReadOnlyList<(DateTimeOffset StartsAt, DateTimeOffset EndsAt)> Planned) : ICommand<Cohort>
{
    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now)
    {
        if (state.Status == CohortStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such cohort.");
        if (state.Status != CohortStatus.Draft)
            return Decision.Nothing;
        if (Programme is null)
            return Decision.Refuse("unknown-programme", $"The programme '{state.ProgrammeRef}' is not published.");
        if (state.Capacity > Programme.MaxSize)
            return Decision.Refuse("too-many-seats", $"The programme allows {Programme.MaxSize} seats; {state.Capacity} are planned.");
        if (Planned.Count != Programme.HalfDays)
            return Decision.Refuse("half-days-missing", $"The programme has {Programme.HalfDays} half-days; {Planned.Count} are planned.");
        return Decision.Accept(new CohortOpened(
            Programme, state.Territories, state.Capacity, Planned.Min(p => p.StartsAt), Planned.Max(p => p.EndsAt)));
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/cohorts/{id}/open", async (Guid id, Shell shell, Origin origin, IDocumentSession store) =>
        {
            var cohort = await store.LoadAsync<Cohort>(id);
            var programme = await store.Events.FetchStreamAsync(Programmes.Programme.IdFor(cohort?.ProgrammeRef ?? ""));
            var versions = programme.Aggregate(Programmes.Programme.Initial, (s, e) => s.Evolve(e.Data)).Versions;
            var planned = await store.Query<Session>().Where(s => s.CohortId == id && s.Status != SessionStatus.Cancelled).ToListAsync();
            var command = new OpenCohort(versions is [.., var newest] ? newest : null, [.. planned.Select(s => (s.StartsAt, s.EndsAt))]);
            return (await shell.HandleExclusively(id, command, origin)).Answer(o => Results.Ok(new { id, o.State.Status }));
        }).For(Role.Coordinator);
}
