using Marten;
using Tremplin.Defaults;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Offerings;

/// <summary>A cohort that was looked at for an application, and why it was not the one.</summary>
/// <param name="CohortId">The cohort.</param>
/// <param name="Why">Why it was not chosen.</param>
public sealed record Considered(Guid CohortId, string Why);

/// <summary>Which cohort an application goes to.</summary>
/// <param name="CohortId">The cohort, or null where none is open for it.</param>
/// <param name="Considered">The others, with reasons.</param>
/// <param name="Refusal">Set when a cohort was named that cannot be had.</param>
public sealed record CohortChoice(Guid? CohortId, IReadOnlyList<Considered> Considered, string? Refusal = null)
{
    /// <summary>The cohort as it was announced; null where there is none.</summary>
    public CohortFacts? Facts { get; init; }

    /// <summary>R22b: the reserved seats of which one is meant; null where a free one is.</summary>
    public Guid? ReservationId { get; init; }

    /// <summary>The request for a seat in this cohort, in the class that the learner has (R4): kept from a cancelled cohort, or by scheme, or by territory.</summary>
    public SeatRequested Request(Application application, Priority? kept = null)
    {
        ArgumentNullException.ThrowIfNull(application);
        return new(CohortId!.Value, application.LearnerId, Considered)
        {
            Priority = kept ?? application switch
            {
                { ReferredBy: { } scheme } => new(PriorityClass.Referred, scheme),
                { Territory: var territory } when Facts?.Territories.Contains(territory, StringComparer.Ordinal) == true => new(PriorityClass.Territory, territory),
                _ => null,
            },
            ReservationId = ReservationId,
            AgreementRequired = Facts?.AgreementRequired ?? false,
        };
    }

    /// <summary>
    /// The earliest open cohort of the programme for the territory with a free seat; else the earliest, to wait there.
    /// One that has started takes nobody.
    /// </summary>
    public static CohortChoice Among(IEnumerable<(Guid Id, CohortFacts Facts, int Taken)> open, string territory, DateTimeOffset now)
    {
        var considered = new List<Considered>();
        var full = new List<(Guid Id, CohortFacts Facts)>();
        foreach (var (id, facts, taken) in open.OrderBy(c => c.Facts.StartsAt).ThenBy(c => c.Id))
        {
            if (facts.Territories.Count > 0 && !facts.Territories.Contains(territory, StringComparer.Ordinal))
                considered.Add(new(id, "meant for other territories"));
            else if (facts.StartsAt <= now)
                considered.Add(new(id, "has started"));
            else if (taken >= facts.Capacity)
                full.Add((id, facts));
            else
                return new(id, [.. considered, .. full.Select(f => new Considered(f.Id, "full"))]) { Facts = facts };
        }

        considered.AddRange(full.Skip(1).Select(f => new Considered(f.Id, "full, and starts later")));
        return full is [var (earliest, what), ..] ? new(earliest, considered) { Facts = what } : new(null, considered);
    }
}

/// <summary>Finds the cohort for an application.</summary>
public sealed class OpenCohorts(IDocumentStore store, Clock clock)
{
    /// <summary>The cohort that was named, if it is open for this programme.</summary>
    public CohortChoice Named(Guid cohort, Offering? offering, string programme) => offering switch
    {
        null => new(null, [], $"There is no cohort {cohort}."),
        { Open: false } => new(null, [], $"The cohort {cohort} is closed."),
        { Cohort.Programme: var p } when p != programme => new(null, [], $"The cohort {cohort} teaches '{p}', not '{programme}'."),
        { Cohort.StartsAt: var start } when start <= clock.Now => new(null, [], $"The cohort {cohort} has started."),
        _ => new(cohort, []) { Facts = offering.Cohort },
    };

    /// <summary>The cohort that the rule chooses; one that was cancelled a moment ago is left out by name.</summary>
    public async Task<CohortChoice> Choose(string programme, string territory, CancellationToken cancellation, Guid except = default)
    {
        await using var session = store.QuerySession();
        var open = await session.Query<Offering>().Where(o => o.Open && o.Id != except && o.Cohort!.Programme == programme).ToListAsync(cancellation);
        var ids = open.Select(o => o.Id).ToArray();
        var taken = (await session.Query<TrainingRecord>()
                .Where(r => r.TakesSeat && r.Seat!.CohortId.IsOneOf(ids))
                .Select(r => r.Seat!.CohortId)
                .ToListAsync(cancellation))
            .CountBy(id => id)
            .ToDictionary();
        return CohortChoice.Among(open.Select(o => (o.Id, o.Cohort!, taken.GetValueOrDefault(o.Id))), territory, clock.Now);
    }

    /// <summary>Opens the door: a cohort as applicants see it.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/offerings/{id}", async (Guid id, IQuerySession store) =>
            await store.LoadAsync<Offering>(id) is { } offering
                ? Results.Ok(new { offering.Id, offering.Cohort, offering.Open })
                : Problems.NotFound("cohort", id))
            .For(Role.Partner, Role.Coordinator, Role.Auditor);

    /// <summary>Whether any cohort of this programme was ever announced.</summary>
    public async Task<bool> Knows(string programme, CancellationToken cancellation)
    {
        await using var session = store.QuerySession();
        return await session.Query<Offering>().AnyAsync(o => o.Cohort!.Programme == programme, cancellation);
    }
}
