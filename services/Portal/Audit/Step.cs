using System.Text.Json;
using Tremplin.Ledger;

namespace Tremplin.Portal.Audit;

/// <summary>One event in the history of a training record: what its leaf in the ledger says, and nothing else.</summary>
/// <param name="Leaf">The bytes that the ledger holds.</param>
/// <param name="Service">The service that stored it.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Type">The stored name of its type.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="StreamType">The stored name of the stream's type.</param>
/// <param name="Version">Its place in the stream, from 1.</param>
/// <param name="Sequence">Its place in the order of the service's events.</param>
/// <param name="OccurredAt">When it was decided, UTC.</param>
/// <param name="RecordedAt">When the store took it in, UTC.</param>
/// <param name="Actor">The client that acted.</param>
/// <param name="Organisation">The organisation it acted for.</param>
/// <param name="Record">The training record that it is about, where it is about one.</param>
/// <param name="Command">The command that was decided.</param>
/// <param name="Cause">The event that led to it, or the command where a person did.</param>
/// <param name="Data">The event itself; personal data is sealed in it.</param>
public sealed record Step(
    ReadOnlyMemory<byte> Leaf, string Service, Guid Id, string Type, Guid Stream, string StreamType, long Version, long Sequence,
    DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, string Actor, string Organisation, Guid Record, Guid Command, Guid Cause, JsonElement Data)
{
    /// <summary>Reads a leaf.</summary>
    public static Step Read(ReadOnlyMemory<byte> leaf)
    {
        var said = JsonElement.Parse(leaf.Span);
        return new(
            leaf, Text("source")[1..], said.GetProperty("id").GetGuid(), Text("type")[Entry.Domain.Length..], said.GetProperty("subject").GetGuid(),
            Text("streamtype"), said.GetProperty("streamversion").GetInt64(), long.Parse(Text("sequence"), null),
            said.GetProperty("time").GetDateTimeOffset(), said.GetProperty("recordedtime").GetDateTimeOffset(),
            Text("actor"), Text("organisation"), said.GetProperty("correlationid").GetGuid(), said.GetProperty("commandid").GetGuid(), said.GetProperty("causationid").GetGuid(), said.GetProperty("data"));

        string Text(string name) => said.GetProperty(name).GetString()!;
    }

    /// <summary>
    /// In the order in which they were recorded, but no effect before its cause: the services' databases have clocks of
    /// their own.
    /// </summary>
    public static IReadOnlyList<Step> InOrder(IEnumerable<Step> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var recorded = steps.OrderBy(s => s.RecordedAt).ThenBy(s => s.Service, StringComparer.Ordinal).ThenBy(s => s.Sequence).ToList();
        var byId = recorded.ToDictionary(s => s.Id);
        var (seen, ordered) = (new HashSet<Guid>(), new List<Step>());
        recorded.ForEach(Add);
        return ordered;

        void Add(Step step)
        {
            if (!seen.Add(step.Id))
                return;
            if (byId.TryGetValue(step.Cause, out var cause))
                Add(cause);
            ordered.Add(step);
        }
    }
}
