namespace Tremplin.Platform.Rules;

/// <summary>The tree as it would be committed, as text.</summary>
internal static class Tree
{
    private static readonly HashSet<string> NotOurs = ["bin", "obj", "artifacts", "TestResults", "node_modules", "__pycache__"];

    public static string Root { get; } = Up(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>Every file, by its path from the root.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Below(new(Root)).Select(f => Path.GetRelativePath(Root, f.FullName)).Order(StringComparer.Ordinal)];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static int Lines(string file) => File.ReadLines(Path.Combine(Root, file)).Count();

    /// <summary>The C# files below a folder.</summary>
    public static IEnumerable<string> CSharp(string folder) => With(".cs").Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal));

    public static IEnumerable<string> With(string ending) => Files.Where(f => f.EndsWith(ending, StringComparison.Ordinal));

    private static string Up(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("These rules are about the source tree; none was found above the tests."),
        _ when File.Exists(Path.Combine(folder.FullName, "Platform.sln")) => folder.FullName,
        _ => Up(folder.Parent),
    };

    private static IEnumerable<FileInfo> Below(DirectoryInfo folder) => folder.EnumerateFiles().Where(f => f.Name != ".git").Concat(
        folder.EnumerateDirectories()
            .Where(d => !NotOurs.Contains(d.Name) && (d.Name[0] != '.' || d.Name is ".github" or ".config") && d.LinkTarget is null)
            .SelectMany(Below));
}
