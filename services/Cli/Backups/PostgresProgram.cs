using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Backups;

/// <summary>A program of PostgreSQL's, such as <c>pg_dump</c>, for one server. Its password goes by the environment.</summary>
internal sealed partial class PostgresProgram
{
    private const string Debian = "/usr/lib/postgresql";

    private readonly string _path;
    private readonly NpgsqlConnectionStringBuilder _server;

    private PostgresProgram(string path, NpgsqlConnectionStringBuilder server) => (_path, _server) = (path, server);

    /// <summary>As many processes of it at once as are of use.</summary>
    public static string Jobs { get; } = $"--jobs={Math.Clamp(Environment.ProcessorCount, 2, 8).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The newest that Debian installed, otherwise the one in the path.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it is older than the server.</exception>
    public static async Task<PostgresProgram> Of(string name, string postgres, CancellationToken stop)
    {
        var path = Directory.Exists(Debian) ? DebianPackage.Newest("postgresql-client", Debian, "*", $"bin/{name}") : name;
        var program = new PostgresProgram(path, new(postgres));
        var said = await program.Run(["--version"], null, stop);
        var version = int.Parse(Number().Match(said).Value, CultureInfo.InvariantCulture);
        await using var server = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres) { Database = "postgres", Pooling = false }.ConnectionString);
        await server.OpenAsync(stop);
        return version >= server.PostgreSqlVersion.Major ? program : throw new InvalidOperationException(
            $"{path} is of version {version}, the server of version {server.PostgreSqlVersion.Major}: install Debian's package postgresql-client-{server.PostgreSqlVersion.Major} or a later one.");
    }

    /// <summary>Runs it to its end, and returns what it said.</summary>
    /// <param name="arguments">Its arguments, without the server and its password.</param>
    /// <param name="options">Settings for its sessions, as in PGOPTIONS.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public async Task<string> Run(IEnumerable<string> arguments, string? options, CancellationToken stop)
    {
        var start = new ProcessStartInfo(_path, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Settings().Append(("PGOPTIONS", options)))
        {
            if (!string.IsNullOrEmpty(value))
                start.Environment[name] = value;
        }

        using var process = Started(start);
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode == 0 ? await said : throw new InvalidOperationException($"{Path.GetFileName(_path)} failed: {(await errors).Trim()}");
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{start.FileName} cannot be started ({e.Message}): install PostgreSQL's client programs.", e);
        }
    }

    private IEnumerable<(string Name, string? Value)> Settings() =>
    [
        ("PGHOST", _server.Host), ("PGPORT", _server.Port.ToString(CultureInfo.InvariantCulture)), ("PGUSER", _server.Username), ("PGPASSWORD", _server.Password),
        ("PGSSLMODE", _server.SslMode switch { SslMode.VerifyCA => "verify-ca", SslMode.VerifyFull => "verify-full", var mode => $"{mode}".ToLower(CultureInfo.InvariantCulture) }),
        ("PGTARGETSESSIONATTRS", _server.TargetSessionAttributes), ("PGSSLROOTCERT", _server.RootCertificate), ("LC_ALL", "C.UTF-8"),
    ];

    [GeneratedRegex(@"(?<=\) )\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
