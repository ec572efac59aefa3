using System.Diagnostics;

namespace Tremplin.Cli.Machine;

/// <summary>Servers that a Debian package put on this machine, and the system user they run as.</summary>
internal static class DebianPackage
{
    /// <summary>The newest program that matches, for example <c>/usr/lib/postgresql/*/bin/postgres</c>; an error names the package to install.</summary>
    public static string Newest(string package, string above, string versions, string program) =>
        (Directory.Exists(above) ? Directory.GetDirectories(above, versions) : [])
            .Select(version => Path.Combine(version, program))
            .Where(File.Exists)
            .MaxBy(path => Version.TryParse(Path.GetRelativePath(above, path).Split('/')[0].Split('-')[^1] + ".0", out var number) ? number : new Version())
        ?? throw new InvalidOperationException(
            $"No {above}/{versions}/{program}: install Debian's package {package}, or start Docker, or set TREMPLIN_POSTGRES and TREMPLIN_RABBITMQ.");

    /// <summary>The user a server runs as: its own when we are root, for neither server wants to be; otherwise ourselves (null).</summary>
    public static string? RunsAs(string user) => Environment.IsPrivilegedProcess ? user : null;

    /// <summary>Makes a folder that belongs, with all that is in it, to that user (null: to us).</summary>
    public static async Task<string> FolderAsync(string path, string? user)
    {
        PrivateFile.Folder(path);
        if (user is null)
            return path;
        await RunAsync(null, ["chown", "-R", $"{user}:{user}", path]);
        await RunAsync(user, ["test", "-w", path], $"The user {user} cannot pass to {path}: choose a folder every user can pass to (chmod a+x).");
        return path;
    }

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public static async Task RunAsync(string? user, string[] command, string? whenItFails = null)
    {
        string[] all = user is null ? command : ["setpriv", $"--reuid={user}", $"--regid={user}", "--init-groups", "--", .. command];
        using var process = Process.Start(new ProcessStartInfo(all[0], all[1..])
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(whenItFails ?? $"{string.Join(' ', command)} failed: {await output}{await errors}");
    }
}
