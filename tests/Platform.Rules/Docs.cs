using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Tremplin.Platform.Rules;

/// <summary>The XML documentation that the compiler wrote beside our assemblies, as plain text.</summary>
internal static partial class Docs
{
    private static readonly ConcurrentDictionary<Assembly, ILookup<string, XElement>> Files = [];

    public static string Summary(Type type) => Text(Members(type.Assembly)["T:" + Id(type)].FirstOrDefault()?.Element("summary"));

    public static string Summary(FieldInfo field) =>
        Text(Members(field.Module.Assembly)[$"F:{Id(field.DeclaringType!)}.{field.Name}"].FirstOrDefault()?.Element("summary"));

    /// <summary>What a field of a record means, whether it stands in its first line or in its body.</summary>
    public static string Parameter(Type type, string name) => Text(
        Members(type.Assembly)["T:" + Id(type)].Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == name)
        ?? Members(type.Assembly)[$"P:{Id(type)}.{name}"].Elements("summary").FirstOrDefault());

    /// <summary>Whether a member is described or inherits its description; overloads share theirs.</summary>
    public static bool Has(MemberInfo member) => Members(member.Module.Assembly)[$"{Kind(member)}:{Id(member.DeclaringType!)}.{member.Name}"]
        .Any(e => Text(e.Element("summary")) != "" || e.Element("inheritdoc") is not null);

    private static char Kind(MemberInfo member) => member switch { MethodInfo => 'M', PropertyInfo => 'P', FieldInfo => 'F', _ => 'E' };

    private static string Id(Type type) => type.FullName!.Replace('+', '.');

    private static ILookup<string, XElement> Members(Assembly assembly) => Files.GetOrAdd(assembly, a =>
        XDocument.Load(Path.ChangeExtension(a.Location, ".xml")).Descendants("member")
            .ToLookup(m => Signature().Replace(m.Attribute("name")!.Value, "")));

    private static string Text(XElement? element) =>
        element is null ? "" : Blanks().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => (see.Attribute("cref")?.Value ?? "").Split('.', ':')[^1],
        XElement { Name.LocalName: "paramref" } reference => reference.Attribute("name")!.Value,
        XElement other => Text(other),
        _ => "",
    };

    // Methods: without type and value parameters.
    [GeneratedRegex(@"(?<=^M:.*)(``\d+)?(\(.*)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Signature();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
