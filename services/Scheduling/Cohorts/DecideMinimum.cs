using Tremplin.Defaults;

namespace Tremplin.Scheduling.Cohorts;

/// <summary>What was decided about a cohort's minimum size.</summary>
public enum MinimumResult
{
    /// <summary>It will be held.</summary>
    Confirm,

    /// <summary>Too few; it is looked at once more later.</summary>
    Extend,
}

/// <summary>
/// R27: whether enough have come, decided at one instant and not again with every withdrawal. The number confirms or extends; only
/// a person cancels, or holds a training for fewer.
/// </summary>
/// <param name="Result">What a person decided; null where the number decides.</param>
/// <param name="Until">Of an extension by a person: when it is decided again, an instant before the start.</param>
public sealed record DecideMinimum(MinimumResult? Result = null, DateTimeOffset? Until = null) : ICommand<Cohort>
{
    /// <summary>(policy, R27) How long before the first half-day it is decided.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromDays(7);

    /// <inheritdoc/>
    public Decision Decide(Cohort state, DateTimeOffset now)
    {
        if (state.Status == CohortStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such cohort.");
        var (expected, minimum) = (state.Expected(), state.Programme?.MinSize ?? 1);
        if (Result is null)
        {
            if (!state.TakesRequests() || state.MinimumDueAt is not { } due || now < due)
                return Decision.Nothing;
            // Once more at the cut-off; after that a person decides.
            DateTimeOffset? again = due < state.StartsAt - Promotion.CutOff ? state.StartsAt - Promotion.CutOff : null;
            return Decision.Accept(expected >= minimum
                ? new MinimumDecided(MinimumResult.Confirm, expected, minimum, Until: null)
                : new MinimumDecided(MinimumResult.Extend, expected, minimum, again));
        }

        if (!state.TakesRequests())
            return Decision.Refuse("not-open", "Only of a cohort that is open and has not begun can this be decided.");
        if (Result == MinimumResult.Confirm)
            return state.Status == CohortStatus.Confirmed ? Decision.Nothing : Decision.Accept(new MinimumDecided(MinimumResult.Confirm, expected, minimum, Until: null));
        if (Until is not { } until || until <= now || until >= state.StartsAt)
            return Decision.Refuse("until-out-of-range", "An extension ends after now and before the first half-day.");
        return state.Status == CohortStatus.Tentative && state.MinimumDueAt == until
            ? Decision.Nothing
            : Decision.Accept(new MinimumDecided(MinimumResult.Extend, expected, minimum, until));
    }

    /// <summary>Opens the door: a person decides, whatever the number.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/cohorts/{id}/minimum", async (Guid id, PersonsDecision body, Shell shell, Origin origin) =>
            (await shell.HandleExclusively(id, new DecideMinimum(body.Result, body.Until), origin)).Answer(o => Results.Ok(new { id, o.State.Status, o.State.MinimumDueAt })))
            .For(Role.Coordinator);

    /// <summary>What a person decides.</summary>
    /// <param name="Result">Hold it, or wait for more.</param>
    /// <param name="Until">Of an extension: when it is decided again.</param>
    public sealed record PersonsDecision(MinimumResult Result, DateTimeOffset? Until = null);
}
