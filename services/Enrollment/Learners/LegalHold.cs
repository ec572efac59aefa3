namespace Tremplin.Enrollment.Learners;

/// <summary>A funder's right to be shown what it paid for: until then nobody who was trained is erased.</summary>
/// <param name="Funder">The funder, by its code.</param>
/// <param name="Until">The first day on which the learner may be erased, UTC.</param>
public sealed record LegalHold(string Funder, DateOnly Until)
{
    /// <summary>(policy) So many years does a funder hold whose years are not set.</summary>
    public const int Years = 5;

    /// <summary>The hold that ends last, or null. It begins with the end of each training.</summary>
    public static LegalHold? Longest(IEnumerable<Trained> trainings, Func<string, (string Funder, int Years)?> funding) => trainings
        .Select(t => funding(t.Programme) is var (funder, years) ? new LegalHold(funder, t.EndedOn.AddYears(years)) : null)
        .OfType<LegalHold>().MaxBy(hold => (hold.Until, hold.Funder));

    /// <summary>
    /// Who pays for a programme, and how many years that one holds; null where nobody is named. Settings, with a space between two:
    /// <c>LegalHold:Programmes</c>, as <c>PROGRAMME=FUNDER</c>, and <c>LegalHold:Years</c>, as <c>FUNDER=YEARS</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A setting is written otherwise.</exception>
    public static Func<string, (string Funder, int Years)?> Funding(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var (funders, years) = (Pairs("LegalHold:Programmes"), Pairs("LegalHold:Years"));
        var all = funders.ToDictionary(p => p.Key, p => (p.Value, years.TryGetValue(p.Value, out var held) ? Number(held) : Years), StringComparer.Ordinal);
        return programme => all.TryGetValue(programme, out var funding) ? funding : null;

        Dictionary<string, string> Pairs(string setting) => (configuration[setting] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=') is [{ Length: > 0 } key, { Length: > 0 } value] ? (key, value) : throw new InvalidOperationException($"{setting}: '{pair}' is not of the form NAME=VALUE."))
            .ToDictionary(p => p.key, p => p.value, StringComparer.Ordinal);

        static int Number(string held) => int.TryParse(held, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw new InvalidOperationException($"LegalHold:Years: '{held}' is no number of years.");
    }

    /// <summary>Whether it lasts still.</summary>
    public bool Lasts(DateTimeOffset now) => Until > DateOnly.FromDateTime(now.UtcDateTime);

    /// <summary>A training that took place, in part at least: only that was paid for.</summary>
    /// <param name="Programme">The programme.</param>
    /// <param name="EndedOn">The day of its end, UTC.</param>
    public sealed record Trained(string Programme, DateOnly EndedOn);
}
