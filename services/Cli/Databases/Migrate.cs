using System.CommandLine;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Databases;

/// <summary><c>migrate</c>: brings databases, roles and tables to what this build wants.</summary>
internal static class Migrate
{
    public static Command Verb()
    {
        var passwords = new Option<DirectoryInfo>("--passwords")
        {
            Required = true,
            Description = "The folder with a file <role>.password for each role that connects; made where lacking.",
        };
        var admin = new Option<FileInfo?>("--admin") { Description = "The file with a superuser's connection string (Npgsql); otherwise TREMPLIN_POSTGRES is it, or the one of the platform in TREMPLIN_HOME." };
        var verb = new Command("migrate", "Creates databases and roles where lacking, applies the patches that are lacking, and grants. Again it changes nothing.") { passwords, admin };
        verb.SetAction(async (parsed, stop) =>
        {
            await Migration.ApplyAsync(
                Connection(parsed.GetValue(admin)), parsed.GetValue(passwords)!.FullName, Console.WriteLine, stop);
            return 0;
        });
        return verb;
    }

    private static string Connection(FileInfo? file) => file is not null
        ? File.ReadAllText(file.FullName).Trim()
        : Environment.GetEnvironmentVariable("TREMPLIN_POSTGRES") is { Length: > 0 } set
            ? set
            : PlatformState.In(PlatformState.Home)?.Postgres ?? throw new InvalidOperationException("Say with --admin or TREMPLIN_POSTGRES how a superuser connects.");
}
