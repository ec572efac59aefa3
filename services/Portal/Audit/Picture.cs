using NodaTime;
using Tremplin.Portal.Language;

namespace Tremplin.Portal.Audit;

/// <summary>
/// The history as a picture, in pixels: a lane for each service, a row for each event in order, a heading for each day.
/// Arrows lead from cause to effect; they run in the gutters between the lanes and cross lanes in rows of their own
/// effect, so that none passes through an event.
/// </summary>
/// <param name="Rows">The events.</param>
/// <param name="Days">The headings.</param>
/// <param name="Arrows">From cause to effect.</param>
/// <param name="Ties">Events of one decision.</param>
/// <param name="Height">Of the whole.</param>
public sealed record Picture(
    IReadOnlyList<PictureRow> Rows, IReadOnlyList<PictureDay> Days, IReadOnlyList<PictureArrow> Arrows, IReadOnlyList<PictureTie> Ties, int Height)
{
    /// <summary>Where the words begin.</summary>
    public const int Text = 122;

    /// <summary>Half the width of an event.</summary>
    public const int Radius = 9;

    private const int RowHeight = 44, DayHeight = 38, Head = 84, Gap = 42;

    /// <summary>The middle of a lane.</summary>
    public static int Lane(int lane) => 14 + (lane * Gap);

    /// <summary>Lays out a history that is in order.</summary>
    public static Picture Of(IReadOnlyList<Step> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var (rows, days, y) = (new List<PictureRow>(), new List<PictureDay>(), Head);
        foreach (var step in steps)
        {
            var day = Words.Day(step.OccurredAt);
            if (days.Count == 0 || days[^1].Date != day)
            {
                days.Add(new(day, y + (DayHeight / 2), days.Count == 0 ? null : Period.DaysBetween(days[^1].Date, day)));
                y += DayHeight;
            }

            rows.Add(new(rows.Count + 1, step, LaneOf(step), y + (RowHeight / 2)));
            y += RowHeight;
        }

        return new(rows, days, Between(rows), Tied(rows), y + 8);
    }

    private static int LaneOf(Step step) => AuditDoors.Services.Index().First(s => s.Item == step.Service).Index;

    private static List<PictureTie> Tied(List<PictureRow> rows) =>
        [.. rows.Zip(rows.Skip(1)).Where(pair => OneDecision(pair.First, pair.Second)).Select(pair => new PictureTie(pair.First.Lane, pair.First.Y, pair.Second.Y))];

    // A record's stream in Enrollment and its completion file in Certification have the same id.
    private static bool OneDecision(PictureRow first, PictureRow second) =>
        first.Lane == second.Lane && first.Step.Stream == second.Step.Stream && first.Step.Command == second.Step.Command;

    private static List<PictureArrow> Between(List<PictureRow> rows)
    {
        var byId = rows.ToDictionary(r => r.Step.Id);
        var arrows = new List<PictureArrow>();
        // Each cause has a track in a gutter of its own as long as it has effects; a track is free again below them.
        var tracks = new Dictionary<int, List<int>>();
        foreach (var caused in rows.Where(r => byId.ContainsKey(r.Step.Cause)).GroupBy(r => byId[r.Step.Cause]).OrderBy(g => g.Key.Number))
        {
            foreach (var side in caused.GroupBy(effect => Gutter(caused.Key.Lane, effect.Lane)).OrderBy(g => g.Key))
            {
                var taken = tracks.TryGetValue(side.Key, out var known) ? known : tracks[side.Key] = [];
                var track = taken.FindIndex(until => until < caused.Key.Y);
                if (track < 0)
                {
                    track = taken.Count;
                    taken.Add(0);
                }

                taken[track] = side.Max(effect => effect.Y);
                // From the middle of the gutter outwards, five pixels apart; a fourth shares with the first.
                var x = Lane(side.Key) + (Gap / 2) + (new[] { 0, -5, 5 }[track % 3]);
                arrows.AddRange(side.Select(effect => new PictureArrow(caused.Key, effect, x)));
            }
        }

        return arrows;
    }

    // Gutter 0 is right of lane 0, gutter 1 right of lane 1; the last lane has one on its left only.
    private static int Gutter(int from, int to) => to > from ? from : to < from ? from - 1 : Math.Min(from, AuditDoors.Services.Count - 2);
}

/// <summary>An event.</summary>
/// <param name="Number">Its place in the history, from 1.</param>
/// <param name="Step">The event.</param>
/// <param name="Lane">Its lane, from 0.</param>
/// <param name="Y">The middle of its row.</param>
public sealed record PictureRow(int Number, Step Step, int Lane, int Y);

/// <summary>The heading of a day.</summary>
/// <param name="Date">The day, as Paris has it.</param>
/// <param name="Y">The middle of its row.</param>
/// <param name="Later">Days after the heading before it; null for the first.</param>
public sealed record PictureDay(LocalDate Date, int Y, int? Later);

/// <summary>Two events that follow each other and are of one decision.</summary>
public sealed record PictureTie(int Lane, int From, int To);

/// <summary>An arrow.</summary>
/// <param name="From">The cause.</param>
/// <param name="To">The effect.</param>
/// <param name="X">The track that it takes.</param>
public sealed record PictureArrow(PictureRow From, PictureRow To, int X)
{
    private const int Corner = 5;

    private int Start => Picture.Lane(From.Lane) + (Out * Picture.Radius);

    private int End => Picture.Lane(To.Lane) + (-In * (Picture.Radius + 6));

    // Rightwards 1, leftwards -1: out of the cause to the track, and from the track into the effect.
    private int Out => Math.Sign(X - Picture.Lane(From.Lane));

    private int In => Math.Sign(Picture.Lane(To.Lane) - X);

    /// <summary>The line, as SVG has it.</summary>
    public string Line => string.Create(null,
        $"M{Start} {From.Y}H{X - (Out * Corner)}Q{X} {From.Y} {X} {From.Y + Corner}V{To.Y - Corner}Q{X} {To.Y} {X + (In * Corner)} {To.Y}H{End}");

    /// <summary>The head, as SVG has it.</summary>
    public string Point => string.Create(null, $"M{End + (In * 6)} {To.Y}l{-In * 8} -4.5v9z");
}
