using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Tremplin.Platform.Rules;

/// <summary>Something that code names: a type, or a member of one.</summary>
internal sealed record Named(TypeReference Type, MemberReference? Member)
{
    /// <summary>Full name as <c>Namespace.Type</c> or <c>Namespace.Type::Member</c>, without type arguments.</summary>
    public override string ToString() => Member is null ? Type.FullName : $"{Type.FullName}::{Member.Name}";
}

/// <summary>Our assemblies as the compiler wrote them.</summary>
internal static class Il
{
    private static readonly DefaultAssemblyResolver Resolver = new();

    static Il() => Resolver.AddSearchDirectory(AppContext.BaseDirectory);

    public static ModuleDefinition Module(System.Reflection.Assembly assembly) =>
        ModuleDefinition.ReadModule(assembly.Location, new() { AssemblyResolver = Resolver });

    /// <summary>The type that stands in the source: not a closure or a state machine of the compiler.</summary>
    public static TypeDefinition Written(TypeDefinition type) =>
        type.DeclaringType is { } outer && type.Name.StartsWith('<') ? Written(outer) : type;

    public static IEnumerable<TypeDefinition> Outwards(TypeDefinition type)
    {
        for (var t = type; t is not null; t = t.DeclaringType)
            yield return t;
    }

    /// <summary>Everything that a type names in its head, its fields, its signatures and its code.</summary>
    public static IEnumerable<Named> Names(TypeDefinition type) =>
    [
        .. Parts(type.BaseType).Select(t => new Named(t, null)),
        .. type.Interfaces.SelectMany(i => Parts(i.InterfaceType)).Select(t => new Named(t, null)),
        .. type.Fields.SelectMany(f => Parts(f.FieldType)).Select(t => new Named(t, null)),
        .. type.Methods.SelectMany(m => m.Parameters.Select(p => p.ParameterType).Append(m.ReturnType)).SelectMany(Parts).Select(t => new Named(t, null)),
        .. type.Methods.SelectMany(Names),
    ];

    /// <summary>Everything that a method names in its code.</summary>
    public static IEnumerable<Named> Names(MethodDefinition method) => !method.HasBody ? [] :
    [
        .. method.Body.Variables.SelectMany(v => Parts(v.VariableType)).Select(t => new Named(t, null)),
        .. method.Body.Instructions.SelectMany(i => i.Operand switch
        {
            TypeReference t => Parts(t).Select(part => new Named(part, null)),
            MethodReference m =>
            [
                new(m.DeclaringType.GetElementType(), m),
                .. Arguments(m.DeclaringType).Concat(Arguments(m)).Select(t => new Named(t, null)),
            ],
            FieldReference f => [new(f.DeclaringType.GetElementType(), f), .. Arguments(f.DeclaringType).Select(t => new Named(t, null))],
            _ => Enumerable.Empty<Named>(),
        }),
    ];

    public static bool Implements(TypeDefinition type, string name) =>
        type.Interfaces.Any(i => i.InterfaceType.GetElementType().FullName == name);

    /// <summary>A type reference and its type arguments, each without wrapping.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType g => [g.ElementType, .. g.GenericArguments.SelectMany(Parts)],
        TypeSpecification s => Parts(s.ElementType),
        _ => [type],
    };

    private static IEnumerable<TypeReference> Arguments(MemberReference member) =>
        (member as IGenericInstance)?.GenericArguments.SelectMany(Parts) ?? [];

    public static IEnumerable<TypeDefinition> Types(System.Reflection.Assembly assembly) => Module(assembly).GetAllTypes();
}
