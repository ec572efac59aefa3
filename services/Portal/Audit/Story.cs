namespace Tremplin.Portal.Audit;

/// <summary>The history of a training record across the services, with what is proven of it.</summary>
/// <param name="Steps">Its events in order.</param>
/// <param name="Elsewhere">Events outside of the history that led to one in it, such as another's withdrawal.</param>
/// <param name="Ledgers">The ledgers of the services.</param>
public sealed record Story(IReadOnlyList<Step> Steps, IReadOnlyDictionary<Guid, Step> Elsewhere, IReadOnlyList<CheckedLedger> Ledgers)
{
    /// <summary>Its picture.</summary>
    public Picture Picture { get; } = Picture.Of(Steps);

    /// <summary>Whether an event is proven.</summary>
    public Proof ProofOf(Step step) => Ledgers.Single(l => l.Service == step?.Service).Of[step!.Id];

    /// <summary>Asks the three services; null where none of them knows the record.</summary>
    /// <exception cref="HttpRequestException">A service does not answer, or refuses.</exception>
    public static async Task<Story?> Of(AuditDoors doors, Guid record)
    {
        ArgumentNullException.ThrowIfNull(doors);
        var told = await Read(doors, $"record={record}");
        if (told.Count == 0)
            return null;
        var own = told.Select(s => s.Id).ToHashSet();
        // A hundred at most are asked for at once; a training has a few that come from elsewhere.
        var others = told.Select(s => s.Cause).Where(cause => !own.Contains(cause)).Distinct().Take(100).Select(cause => $"id={cause}").ToList();
        var elsewhere = others.Count == 0 ? [] : await Read(doors, string.Join('&', others));
        var ledgers = await Task.WhenAll(AuditDoors.Services.Select(service => CheckedLedger.Check(doors, service, [.. told.Where(s => s.Service == service)])));
        return new(Step.InOrder(told), elsewhere.ToDictionary(s => s.Id), ledgers);
    }

    private static async Task<IReadOnlyList<Step>> Read(AuditDoors doors, string query) =>
        [.. (await Task.WhenAll(AuditDoors.Services.Select(service => doors.Lines(service, $"audit/events?{query}")))).SelectMany(lines => lines).Select(Step.Read)];
}
