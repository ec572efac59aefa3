namespace Tremplin.Defaults;

/// <summary>The state of one event stream, folded from its events. Immutable.</summary>
public interface IStreamState<TSelf> where TSelf : IStreamState<TSelf>
{
    /// <summary>The state before the first event.</summary>
    static abstract TSelf Initial { get; }

    /// <summary>The state after one more fact. Never refuses: what happened has happened.</summary>
    TSelf Evolve(object @event);

    /// <summary>The training record that an event is about, or null. All that is about one record shares a correlation id.</summary>
    static virtual Guid? RecordOf(Guid stream, object @event) => (@event as IAboutRecord)?.RecordId;

    /// <summary>The partner that reads the stream's events, or null where none does.</summary>
    static virtual string? PartnerOf(TSelf state) => null;
}

/// <summary>An event about one training record, in a stream that is about more than that.</summary>
public interface IAboutRecord
{
    /// <summary>The training record.</summary>
    Guid RecordId { get; }
}

/// <summary>Something that can be asked of a stream. The command is the decision: pure, no clock, no I/O.</summary>
public interface ICommand<in TState>
{
    /// <summary>Decides on the state as it is. Asked again in the same state it gives no events.</summary>
    /// <param name="state">The stream's state.</param>
    /// <param name="now">The instant of the decision, UTC.</param>
    Decision Decide(TState state, DateTimeOffset now);
}

/// <summary>What a command led to. A refusal means "never"; an exception means "try again".</summary>
public abstract record Decision
{
    private Decision() { }

    /// <summary>Nothing to add: it was decided before, or it changes nothing.</summary>
    public static Decision Nothing { get; } = new Accepted([]);

    /// <summary>Accepts with these events, in this order.</summary>
    public static Decision Accept(params IReadOnlyList<object> events) => new Accepted(events);

    /// <summary>Refuses for good.</summary>
    public static Decision Refuse(string code, string reason) => new Rejected(code, reason);

    /// <summary>The command is taken; these events are its result.</summary>
    public sealed record Accepted(IReadOnlyList<object> Events) : Decision;

    /// <summary>The command is refused for good.</summary>
    /// <param name="Code">A stable word for programs, kebab-case.</param>
    /// <param name="Reason">A sentence for people; holds no personal data.</param>
    public sealed record Rejected(string Code, string Reason) : Decision;
}

/// <summary>The name under which an event is stored. It never changes, whatever the type is called.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StoredAsAttribute(string name) : Attribute
{
    /// <summary>The stored name.</summary>
    public string Name { get; } = name;
}

/// <summary>Ids that follow from names, so that the same thing always has the same stream.</summary>
public static class NameBased
{
    private static readonly byte[] Namespace = Guid.Parse("6f2b1d0e-6a53-5c0b-9d0a-7472656d706c").ToByteArray(bigEndian: true);

    /// <summary>RFC 9562 UUID version 5 of the parts, joined by a slash, in Tremplin's own namespace.</summary>
    public static Guid Id(params ReadOnlySpan<string> parts)
    {
        var name = System.Text.Encoding.UTF8.GetBytes(string.Join('/', parts));
#pragma warning disable CA5350 // The RFC asks for SHA-1; nothing here rests on its strength.
        var hash = System.Security.Cryptography.SHA1.HashData([.. Namespace, .. name])[..16];
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash, bigEndian: true);
    }
}

/// <summary>An event as it stands in the store, without the store: what an announcement is made from.</summary>
/// <param name="EventId">The event's id; becomes the message's id.</param>
/// <param name="StreamId">The stream it belongs to.</param>
/// <param name="Version">Its position in that stream, from 1.</param>
/// <param name="Data">The event.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
public sealed record Recorded(Guid EventId, Guid StreamId, long Version, object Data, DateTimeOffset OccurredAt);
