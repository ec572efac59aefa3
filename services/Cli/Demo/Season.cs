using System.Globalization;
using System.Text.Json;

namespace Tremplin.Cli.Demo;

/// <summary>A programme of the sample.</summary>
internal sealed record SampleProgramme(
    string Ref, string Title, IReadOnlyList<string> Objectives, int HalfDays, SampleCompletion Completion, int MinSize, int MaxSize, int? ValidityMonths)
{
    /// <summary>The programmes of the sample file.</summary>
    public static IReadOnlyList<SampleProgramme> Read(string file) =>
        JsonSerializer.Deserialize<List<SampleProgramme>>(File.ReadAllText(file), JsonSerializerOptions.Web)!;
}

/// <summary>When a programme of the sample is completed.</summary>
internal sealed record SampleCompletion(string MinAttendedShare, string? MinAssessment)
{
    public decimal Share => decimal.Parse(MinAttendedShare, CultureInfo.InvariantCulture);

    public decimal? Mark => MinAssessment is null ? null : decimal.Parse(MinAssessment.Split('/')[0], CultureInfo.InvariantCulture);
}

/// <summary>A half-day as it is planned, in the local time of its place.</summary>
internal sealed record PlannedHalfDay(Guid Id, int Number, DateOnly Date, TimeOnly Start, TimeOnly End);

/// <summary>A cohort as it is planned.</summary>
internal sealed record PlannedCohort(
    Guid Id, SampleProgramme Programme, string Place, string Zone, IReadOnlyList<string> Territories, IReadOnlyList<PlannedHalfDay> HalfDays);

/// <summary>The season that the demo plays: every programme at four places in two time zones, a half-day a week.</summary>
internal static class Season
{
    /// <summary>The season opens at this instant.</summary>
    public static readonly DateTimeOffset Opens = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    private static readonly DateOnly FirstMonday = new(2026, 11, 16);

    private static readonly (string Place, string Zone, string[] Territories)[] Places =
    [
        ("Orléans", "Europe/Paris", ["18", "28", "36", "37", "41", "45"]),
        ("Tours", "Europe/Paris", ["18", "28", "36", "37", "41", "45"]),
        ("Angers", "Europe/Paris", ["49"]),
        ("Nouméa", "Pacific/Noumea", ["988"]),
    ];

    /// <summary>The cohorts of the season.</summary>
    public static IReadOnlyList<PlannedCohort> Plan(IReadOnlyList<SampleProgramme> programmes) =>
        [.. programmes.SelectMany((programme, p) => Places.Select((place, n) => new PlannedCohort(
            Guid.CreateVersion7(), programme, place.Place, place.Zone, place.Territories,
            [.. Enumerable.Range(0, programme.HalfDays).Select(week => new PlannedHalfDay(
                Guid.CreateVersion7(), week + 1,
                // Each programme has its weekday; the second three are held in the afternoon. Tours starts a week later.
                FirstMonday.AddDays((7 * (week + (n == 1 ? 1 : 0))) + (p % 3)),
                p < 3 ? new(9, 0) : new(13, 30), p < 3 ? new(12, 30) : new(17, 0)))])))];
}
