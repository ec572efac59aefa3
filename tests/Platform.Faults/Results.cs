using System.Collections.Concurrent;
using System.Globalization;

namespace Tremplin.Faults;

/// <summary>How long each recovery took.</summary>
internal static class Results
{
    private static readonly ConcurrentQueue<(Kind Kind, double Seated, double Settled)> All = [];

    /// <summary>Adds one, and writes the table anew to the file that <c>FAULTS_TABLE</c> names.</summary>
    public static async Task Add(Kind kind, double seated, double settled)
    {
        All.Enqueue((kind, seated, settled));
        if (Environment.GetEnvironmentVariable("FAULTS_TABLE") is not { Length: > 0 } file)
            return;
        var rows = Kind.All.Select(kind => (kind, Measured: All.Where(r => r.Kind == kind).ToList())).Where(k => k.Measured.Count > 0).Select(k =>
            $"| {k.kind.Name} | {k.kind.What} | {k.Measured.Count} | {Median(k.Measured.Select(m => m.Seated))} | {N(k.Measured.Max(m => m.Seated))} | {Median(k.Measured.Select(m => m.Settled))} | {N(k.Measured.Max(m => m.Settled))} |");
        await File.WriteAllLinesAsync(file,
            ["| Fault | What is done | Times | Seat given: median | worst | All in order: median | worst |", "|---|---|---:|---:|---:|---:|---:|", .. rows]);
    }

    private static string Median(IEnumerable<double> values) => N(values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0);

    private static string N(double seconds) => seconds.ToString("F1", CultureInfo.InvariantCulture);
}
