using System.Reflection;
using System.Text.Json;
using MassTransit;
using Tremplin.Defaults;

namespace Tremplin.Platform.Rules;

/// <summary>A service with streams.</summary>
internal sealed record Service(Assembly Assembly, Func<Recorded, object?> Announce)
{
    public string Name => Assembly.GetName().Name!["Tremplin.".Length..];

    /// <summary>The states of its streams.</summary>
    public IEnumerable<Type> Streams =>
        Assembly.GetTypes().Where(t => Closed(t, typeof(IStreamState<>)).Any()).OrderBy(t => t.FullName, StringComparer.Ordinal);

    /// <summary>The events of its streams, in the order of their stored names.</summary>
    public IEnumerable<StoredEvent> Events =>
        from stream in Streams
        from type in Assembly.GetTypes()
        where type.BaseType == EventBase(stream)
        let name = type.GetCustomAttribute<StoredAsAttribute>()?.Name ?? ""
        orderby stream.Name, name
        select new StoredEvent(this, stream, type, name);

    /// <summary>The contracts that it takes, each with the type that has the door.</summary>
    public IEnumerable<(Type Contract, Type Slice)> Doors =>
        from door in Assembly.GetTypes()
        from consumer in Closed(door, typeof(IConsumer<>))
        select (consumer.GenericTypeArguments[0], door.DeclaringType ?? door);

    /// <summary>The base that the events of a stream share: it is named after the stream.</summary>
    public static Type? EventBase(Type stream) => stream.Assembly.GetType(stream.FullName + "Event");

    /// <summary>The contracts as which an event may be announced, whatever it says.</summary>
    public IEnumerable<Type> AnnouncedAs(Type @event) => Announcements(@event).OfType<Type>().Distinct();

    /// <summary>Whether an event is never announced, or always; there are some that depend on what the event says.</summary>
    public bool IsAlwaysAnnounced(Type @event) => Announcements(@event).Distinct().Count() == 1;

    public override string ToString() => Name;

    private IEnumerable<Type?> Announcements(Type @event) =>
        Example.Variants(@event).Select(e => Announce(new(Guid.Empty, Guid.Empty, 1, e, default))?.GetType());

    public static IEnumerable<Type> Closed(Type type, Type open) =>
        type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == open);
}

/// <summary>An event as it is stored.</summary>
internal sealed record StoredEvent(Service Service, Type Stream, Type Type, string Name)
{
    public override string ToString() => Name;
}

/// <summary>The compiled code that the rules are about.</summary>
internal static class Code
{
    public static readonly IReadOnlyList<Service> Services =
    [
        new(typeof(Enrollment.Announcements).Assembly, Enrollment.Announcements.From),
        new(typeof(Scheduling.Announcements).Assembly, Scheduling.Announcements.From),
        new(typeof(Certification.Announcements).Assembly, Certification.Announcements.From),
    ];

    public static readonly Assembly Defaults = typeof(Decision).Assembly;

    public static readonly Assembly ContractAssembly = typeof(Contracts.Enrollment.V1.SeatRequested).Assembly;

    public static readonly IReadOnlyList<StoredEvent> Events = [.. Services.SelectMany(s => s.Events)];

    /// <summary>The messages between the services.</summary>
    public static readonly IReadOnlyList<Type> Contracts =
    [
        .. ContractAssembly.GetExportedTypes()
            .Where(t => t.GetCustomAttribute<EntityNameAttribute>() is not null)
            .OrderBy(WireName, StringComparer.Ordinal),
    ];

    /// <summary>The messages to partners, then those from them.</summary>
    public static readonly IReadOnlyList<PublicContract> Public =
    [
        .. ContractAssembly.GetExportedTypes().Select(PublicContract.Of).OfType<PublicContract>()
            .OrderBy(c => c.IsCommand).ThenBy(c => c.Name, StringComparer.Ordinal),
    ];

    /// <summary>Every type of the contracts that is neither a message nor the name of one: a part of a message.</summary>
    public static readonly IReadOnlyList<Type> Parts =
    [
        .. ContractAssembly.GetExportedTypes().Where(t => !t.IsAssignableTo(typeof(Attribute)))
            .Except(Contracts).Except(Public.Select(c => c.Type)).OrderBy(t => t.Name, StringComparer.Ordinal),
    ];

    /// <summary>Our code that runs in a service, without the contracts.</summary>
    public static IEnumerable<Assembly> Running => Services.Select(s => s.Assembly).Append(Defaults);

    /// <summary>Whether a property can be changed after its object was made.</summary>
    public static bool CanBeSet(PropertyInfo property) => property.SetMethod is { } set
        && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit));

    public static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    public static string WireName(Type contract) => contract.GetCustomAttribute<EntityNameAttribute>()!.EntityName;

    public static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
