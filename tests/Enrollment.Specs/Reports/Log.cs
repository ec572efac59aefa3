using Tremplin.Defaults;

namespace Tremplin.Enrollment.Specs.Reports;

/// <summary>Streams as a report reads them from the log.</summary>
internal static class Log
{
    /// <summary>The stream with this number, and its events.</summary>
    public static IReadOnlyList<Recorded> Stream(Guid id, params object[] events) =>
        [.. events.Select((e, i) => new Recorded(Guid.Empty, id, i + 1, e, Given.Now))];

    public static Guid Id(int number) => Guid.Parse($"77777777-0000-5000-8000-{number:000000000000}");

    public static IAsyncEnumerable<IReadOnlyList<Recorded>> Of(params IReadOnlyList<Recorded>[] streams) => streams.ToAsyncEnumerable();
}
