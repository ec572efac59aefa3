using System.Text;
using System.Text.Json;
using Tremplin.Ledger;
using Tremplin.Portal.Audit;

namespace Tremplin.Portal.Specs;

/// <summary>Histories to show.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    /// <summary>An event, a second after the one before it.</summary>
    public static Step Event(int number, string service, int? cause = null, int day = 0, int? recorded = null, Guid? stream = null, int? command = null) =>
        Step.Read(Entry.Of(service, new StoredEvent(
            number, Id(number), stream ?? Id(1000), "training_record", number, "training-record.seat-requested.v1",
            Start.AddSeconds(recorded ?? number).UtcDateTime, Id(2000).ToString(), Id(cause ?? command ?? 3000 + number).ToString(),
            JsonSerializer.Serialize(new
            {
                actor = "platform",
                organisation = "tremplin",
                commandId = Id(cause ?? command ?? 3000 + number),
                occurredAt = Start.AddDays(day).AddSeconds(number),
            }),
            "{}")));

    public static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    /// <summary>A ledger over these events, signed, and what the service says of each.</summary>
    public static (Checkpoint Checkpoint, List<(Step Step, Inclusion Said)> Said) Ledger(IReadOnlyList<Step> covered)
    {
        var leaves = covered.Select(s => Merkle.Leaf(s.Leaf.Span)).ToArray();
        return (
            new Checkpoint("tremplin/enrollment", leaves.Length, Merkle.Root(leaves)),
            [.. covered.Select((s, at) => (s, new Inclusion(true, at, Merkle.Inclusion(at, leaves.Length, (from, to) => Merkle.Root(leaves.AsSpan((int)from..(int)to))))))]);
    }

    /// <summary>The same event with another actor.</summary>
    public static Step Forged(Step step) =>
        Step.Read(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(step.Leaf.Span).Replace("\"platform\"", "\"somebody\"", StringComparison.Ordinal)));
}
