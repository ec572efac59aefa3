namespace Tremplin.Cli.Machine;

/// <summary>The tree that this program was built from, and what is built in it.</summary>
public static class SourceTree
{
    /// <summary>The folder that holds <c>Platform.sln</c>, found upwards from this program or from the current folder.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static string Root { get; } = Above(AppContext.BaseDirectory) ?? Above(Environment.CurrentDirectory)
        ?? throw new InvalidOperationException($"No Platform.sln above {AppContext.BaseDirectory} nor above the current folder.");

    /// <summary>The folder of what was built of a project, in the configuration <c>TREMPLIN_CONFIGURATION</c> (<c>Release</c> by default).</summary>
    public static string Built(string service) => Path.Combine(Root, "services", service, "bin",
        Environment.GetEnvironmentVariable("TREMPLIN_CONFIGURATION") is { Length: > 0 } set ? set : "Release", "net10.0");

    /// <summary>The folder that a service runs from: built in Release, it is published there.</summary>
    public static string Published(string service) => Path.Combine(Built(service), "publish");

    private static string? Above(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "Platform.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }
}
