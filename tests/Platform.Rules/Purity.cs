using System.Text.RegularExpressions;
using Mono.Cecil;

namespace Tremplin.Platform.Rules;

/// <summary>
/// Follows code from a method through everything of ours that it calls, and names what it touches beyond values: anything
/// that may answer differently tomorrow, on another machine or to another caller.
/// </summary>
internal sealed partial class Purity(params string[] alsoAllowed)
{
    private readonly HashSet<string> _seen = [];
    private readonly List<string> _faults = [];

    /// <summary>What these methods touch that they must not, each with the method where it stands.</summary>
    public static IReadOnlyList<string> Faults(IEnumerable<MethodDefinition> roots, params string[] alsoAllowed)
    {
        var purity = new Purity(alsoAllowed);
        foreach (var root in roots)
            purity.Follow(root);
        return purity._faults;
    }

    private void Follow(MethodDefinition method)
    {
        if (!_seen.Add(method.FullName))
            return;
        foreach (var name in Il.Names(method))
        {
            // How an iterator of the compiler knows that it is read twice at once.
            if (!Allowed(name) && !(Machine(method.DeclaringType) && name.ToString() == "System.Environment::get_CurrentManagedThreadId"))
                _faults.Add($"{method.DeclaringType.FullName}.{method.Name} touches {name}");
            if (!Ours(name.Type))
                continue;
            // Static fields are filled, iterators and lambdas run, wherever they are first named.
            var type = name.Type.Resolve();
            foreach (var hidden in type.Methods.Where(m => m.IsConstructor && m.IsStatic || Machine(type)))
                Follow(hidden);
            if (name.Member is MethodReference called && called.Resolve() is { } ours)
                Follow(ours);
        }
    }

    private static bool Ours(TypeReference type) => Assembly(type).StartsWith("Tremplin.", StringComparison.Ordinal);

    private static string Assembly(TypeReference type) => type.Scope is ModuleDefinition m ? m.Assembly.Name.Name : type.Scope.Name;

    private static bool Machine(TypeDefinition type) =>
        type.Interfaces.Any(i => i.InterfaceType.Name is "IEnumerator" or "IAsyncStateMachine");

    private bool Allowed(Named name) =>
        alsoAllowed.Contains(name.Type.FullName, StringComparer.Ordinal)
        || ((Ours(name.Type) || Values().IsMatch(Namespace(name.Type))) && !Denied().IsMatch(name.ToString()));

    private static string Namespace(TypeReference type) => type.DeclaringType is { } outer ? Namespace(outer) : type.Namespace;

    [GeneratedRegex(
        @"^(System|System\.(Collections|Linq|Text|Globalization|Runtime\.CompilerServices|Numerics)(\..+)?|NodaTime(\..+)?)$",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Values();

    [GeneratedRegex(
        @"^System\.(Random|Environment|Console|AppContext|AppDomain|TimeZoneInfo|TimeProvider|Activator|GC|LocalDataStoreSlot)\b"
        + @"|^System\.DateTime(Offset)?::(get_(Now|UtcNow|Today)|ToLocalTime|get_LocalDateTime)$|^System\.Guid::(NewGuid|CreateVersion7)$"
        + @"|^System\.Globalization\.CultureInfo::get_Current|^NodaTime\.(SystemClock|DateTimeZoneProviders::get_Bcl)"
        + @"|^Tremplin\.Contracts\.", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Denied();
}
