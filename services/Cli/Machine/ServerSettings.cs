using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tremplin.Cli.Machine;

/// <summary>Name, password and ports of the servers of one folder: made up once, kept beside their data.</summary>
internal sealed record ServerSettings(string Name, string Password, int Postgres, int Amqp, int Management, int Distribution, int Epmd)
{
    /// <summary>The only user of both servers.</summary>
    public const string User = "tremplin";

    /// <summary>Reads the folder's settings or makes them. A port that is no longer free is replaced.</summary>
    public static ServerSettings In(string folder)
    {
        var file = Path.Combine(folder, "settings.json");
        var known = File.Exists(file) ? JsonSerializer.Deserialize<ServerSettings>(File.ReadAllText(file))! : new(
            RandomNumberGenerator.GetHexString(10, lowercase: true), RandomNumberGenerator.GetHexString(40, lowercase: true), 0, 0, 0, 0, 0);
        var settings = known with
        {
            Postgres = Ports.Take(known.Postgres),
            Amqp = Ports.Take(known.Amqp),
            Management = Ports.Take(known.Management),
            Distribution = Ports.Take(known.Distribution),
            Epmd = Ports.Take(known.Epmd),
        };
        PrivateFile.Write(file, JsonSerializer.Serialize(settings));
        return settings;
    }

    public string PostgresConnectionString => $"Host=127.0.0.1;Port={Postgres};Username={User};Password={Password}";

    public Uri RabbitMqUri => new($"amqp://{User}:{Password}@127.0.0.1:{Amqp}/");

    public Uri ManagementUri => new($"http://127.0.0.1:{Management}/");
}

/// <summary>Files and folders that only their owner can read.</summary>
internal static class PrivateFile
{
    /// <summary>A folder for its owner only, made if need be.</summary>
    public static void Folder(string path)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A folder, made if need be, that every user can pass: when root starts private servers, they run as other users.</summary>
    public static void FolderToPass(string path)
    {
        if (!Directory.Exists(path))
            Folder(path);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    /// <summary>Writes the text in one step: a reader sees the old file or the new one.</summary>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes the bytes in one step.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var next = $"{path}.{Environment.ProcessId}.new";
        using (var file = new FileStream(next, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }
}
