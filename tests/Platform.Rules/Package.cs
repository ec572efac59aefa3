using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Tremplin.Platform.Rules;

/// <summary>A package of others that a lock file of the tree names, and the licence that it says it has.</summary>
internal sealed record Package(string Origin, string Name, string Version, string Licence)
{
    private static readonly string Cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The address of a package, whatever kind it is of.</summary>
    public string Purl => $"pkg:{Origin}/{Name.Replace("@", "%40", StringComparison.Ordinal)}@{Version}";

    /// <summary>The ids from which whoever uses it may choose.</summary>
    public IEnumerable<string> Licences => Licence.Trim('(', ')').Split(" OR ");

    /// <summary>What the lock files below these folders name, each package once.</summary>
    public static IReadOnlyList<Package> Below(params string[] folders) =>
    [
        .. Tree.Files.Where(f => folders.Any(d => f.StartsWith(d + "/", StringComparison.Ordinal))).SelectMany(In).Distinct()
            .OrderBy(p => p.Origin, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.OrdinalIgnoreCase).ThenBy(p => p.Version, StringComparer.Ordinal),
    ];

    /// <summary>The entries of a NuGet lock file, without our own projects.</summary>
    public static IEnumerable<(string Name, JsonNode Entry)> Locked(string file) =>
        from framework in JsonNode.Parse(Tree.Read(file))!["dependencies"]!.AsObject()
        from package in framework.Value!.AsObject()
        where (string?)package.Value!["type"] != "Project"
        select (package.Key, package.Value);

    private static IEnumerable<Package> In(string file) => Path.GetFileName(file) switch
    {
        "packages.lock.json" => Locked(file).Select(p => (p.Name, Version: (string)p.Entry["resolved"]!))
            .Select(p => new Package("nuget", p.Name, p.Version, Nuspec(p.Name.ToLowerInvariant(), p.Version.ToLowerInvariant()))),
        "package-lock.json" => JsonNode.Parse(Tree.Read(file))!["packages"]!.AsObject().Where(p => p.Key != "")
            .Select(p => new Package("npm", p.Key.Split("node_modules/")[^1], (string)p.Value!["version"]!, (string?)p.Value["license"] ?? "none stated")),
        _ => [],
    };

    private static string Nuspec(string name, string version) =>
        XDocument.Load(Path.Combine(Cache, name, version, name + ".nuspec")).Descendants()
            .FirstOrDefault(e => e.Name.LocalName == "license" && e.Attribute("type")?.Value == "expression")?.Value ?? "none stated";
}
