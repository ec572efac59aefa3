using System.Reflection;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Backups;

/// <summary>What lies in a folder of a backup: <c>manifest.json</c> in it, written last.</summary>
/// <param name="Of">What the folder holds: <c>data</c> or <c>keys</c>.</param>
/// <param name="TakenAt">The moment that is backed up, UTC.</param>
/// <param name="Version">The version of the platform.</param>
/// <param name="Services">What the stores hold.</param>
/// <param name="Figures">Counts, by what is counted.</param>
/// <param name="Files">The SHA-256 of every file, by its path in the folder.</param>
internal sealed record Manifest(
    string Of, DateTimeOffset TakenAt, string Version, IReadOnlyList<Stored> Services,
    IReadOnlyDictionary<string, long> Figures, IReadOnlyDictionary<string, string> Files)
{
    private const string Name = "manifest.json", Sum = "manifest.json.sha256";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The version of this program, which is the platform's.</summary>
    public static string Ours { get; } = typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Makes all files of the folder their owner's only, and writes this with their hashes.</summary>
    public async Task Write(string folder, CancellationToken stop)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            files.Add(Path.GetRelativePath(folder, file), await Hash(file, stop));
        }

        var text = JsonSerializer.Serialize(this with { Files = files }, Json) + "\n";
        PrivateFile.Write(Path.Combine(folder, Name), text);
        // As sha256sum writes it. Whoever notes this line elsewhere knows the whole backup again.
        PrivateFile.Write(Path.Combine(folder, Sum), $"{await Hash(Path.Combine(folder, Name), stop)}  {Name}\n");
    }

    /// <summary>Reads the manifest of a folder, after every file was found to be what it says.</summary>
    /// <exception cref="InvalidOperationException">There is none, or something is not as it was written; the message says what.</exception>
    public static async Task<Manifest> Read(string folder, string of, CancellationToken stop)
    {
        var (file, sum) = (Path.Combine(folder, Name), Path.Combine(folder, Sum));
        if (!File.Exists(file) || !File.Exists(sum))
            throw new InvalidOperationException($"{folder} holds no backup that was finished: {(File.Exists(file) ? Sum : Name)} is lacking.");
        if ((await File.ReadAllTextAsync(sum, stop)).Split(' ')[0] != await Hash(file, stop))
            throw new InvalidOperationException($"{file} is not as it was written: its SHA-256 is not the one in {Sum}.");
        Manifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<Manifest>(await File.ReadAllTextAsync(file, stop), Json)!;
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"{file} cannot be read: {e.Message}", e);
        }

        if (manifest.Of != of)
            throw new InvalidOperationException($"{folder} holds {manifest.Of}, not {of}.");
        foreach (var (path, hash) in manifest.Files)
        {
            var there = Path.Combine(folder, path);
            if (!File.Exists(there))
                throw new InvalidOperationException($"{there} is lacking.");
            if (await Hash(there, stop) != hash)
                throw new InvalidOperationException($"{there} is damaged: its SHA-256 is not the one in the manifest.");
        }

        return manifest;
    }

    /// <summary>The names of the files that are listed of a folder in the folder.</summary>
    public IEnumerable<string> In(string folder) => Files.Keys.Where(f => Path.GetDirectoryName(f) == folder).Select(f => Path.GetFileName(f)!);

    private static async Task<string> Hash(string file, CancellationToken stop)
    {
        await using var content = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, stop));
    }
}

/// <summary>What the store of a service holds.</summary>
/// <param name="Service">The service.</param>
/// <param name="Events">How many events.</param>
/// <param name="Highest">The sequence of the last.</param>
/// <param name="Root">The root over all of them (RFC 6962), in hexadecimal.</param>
/// <param name="Covered">How many its ledger holds.</param>
/// <param name="Checkpoint">The ledger's newest checkpoint, a signed note; empty where there is none.</param>
/// <param name="Witnessed">How many checkpoints of it were witnessed.</param>
/// <param name="Proven">Up to how many events it is as it was witnessed.</param>
/// <param name="AtFault">How many places are not as they were recorded.</param>
internal sealed record Stored(string Service, long Events, long Highest, string Root, long Covered, string Checkpoint, int Witnessed, long Proven, int AtFault);
