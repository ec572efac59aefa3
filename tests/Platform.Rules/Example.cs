using System.Reflection;
using Tremplin.Defaults;

namespace Tremplin.Platform.Rules;

/// <summary>
/// An instance of any event or contract, always the same: each value follows from the name of its field alone, so that
/// a field which comes later changes no other. Nobody has to remember to add anything here.
/// </summary>
internal static class Example
{
    public static object Of(Type type) => Value(type, type.Name);

    /// <summary>An example for people to read: with these values, by <c>Type.Field</c> or <c>Field</c>, where there is one.</summary>
    public static object Of(Type type, IReadOnlyDictionary<string, object> spoken) => Record(type, spoken);

    /// <summary>The example, and beside it one for each value of each enumeration and for each field that may be null.</summary>
    public static IEnumerable<object> Variants(Type type)
    {
        var constructor = Constructor(type);
        var values = constructor.GetParameters().Select(p => Value(p.ParameterType, p.Name!)).ToArray();
        yield return constructor.Invoke(values);
        foreach (var p in constructor.GetParameters())
        {
            var others = p.ParameterType.IsEnum ? Enum.GetValues(p.ParameterType).Cast<object?>() : MayBeNull(p) ? [null] : [];
            foreach (var other in others)
                yield return constructor.Invoke([.. values.Select((v, i) => i == p.Position ? other : v)]);
        }
    }

    public static bool MayBeNull(PropertyInfo p) => new NullabilityInfoContext().Create(p).ReadState == NullabilityState.Nullable;

    private static bool MayBeNull(ParameterInfo p) => new NullabilityInfoContext().Create(p).ReadState == NullabilityState.Nullable;

    private static ConstructorInfo Constructor(Type type) => type.GetConstructors().MaxBy(c => c.GetParameters().Length)
        ?? throw new InvalidOperationException($"{type} has no public constructor to make an example with.");

    private static object Value(Type type, string name) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } underlying => Value(underlying, name),
        _ when type == typeof(string) => $"some {Code.Kebab(name).Replace('-', ' ')}",
        _ when type == typeof(Guid) => NameBased.Id("example", name),
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) => name.Length,
        _ when type == typeof(long) => (long)name.Length,
        _ when type == typeof(decimal) => name.Length + 0.25m,
        _ when type == typeof(DateOnly) => new DateOnly(2026, 9, name.Length),
        _ when type == typeof(DateTime) => new DateTime(2026, 9, name.Length, 13, 30, 0),
        _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 9, name.Length, 11, 30, 0, TimeSpan.Zero),
        // The first value is what a field has that was never written.
        _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Last(),
        _ when type == typeof(Sealed) => new Sealed("c2VhbGVk"),
        { IsGenericType: true, GenericTypeArguments: [var item] } => List(type, item, name),
        _ when type.Namespace!.StartsWith("Tremplin.", StringComparison.Ordinal) => Record(type),
        _ => throw new InvalidOperationException($"Example does not know how to make a {type} ({name}). Teach it, with a stable value."),
    };

    private static object Record(Type type, IReadOnlyDictionary<string, object>? spoken = null)
    {
        var constructor = Constructor(type);
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Spoken(type, p, spoken) ?? Value(p.ParameterType, p.Name!))]);
    }

    // The first word of an enumeration, for a word that comes later is unknown to who reads by an older schema.
    private static object? Spoken(Type owner, ParameterInfo p, IReadOnlyDictionary<string, object>? spoken) => spoken is null ? null
        : spoken.GetValueOrDefault($"{owner.Name}.{p.Name}") ?? spoken.GetValueOrDefault(p.Name!)
        ?? (p.ParameterType.IsEnum ? Enum.GetValues(p.ParameterType).GetValue(0)
            : Code.IsRecord(p.ParameterType) && p.ParameterType != typeof(Sealed) ? Record(p.ParameterType, spoken) : null);

    private static Array List(Type type, Type item, string name)
    {
        var array = Array.CreateInstance(item, 1);
        array.SetValue(Value(item, name), 0);
        return type.IsAssignableFrom(array.GetType())
            ? array
            : throw new InvalidOperationException($"Example does not know how to make a {type} ({name}). Teach it.");
    }
}
