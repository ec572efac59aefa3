using System.Collections.Concurrent;
using System.Text;
using Tremplin.Contracts.Partners.V1;
using Tremplin.Defaults;
using Tremplin.Ledger;

namespace Tremplin.Enrollment.Partners;

/// <summary>
/// Tells every partner of the newest checkpoint of each service's ledger, within about a second, so that each of them can
/// be a witness. It reads what the keepers wrote to the witness folder, which the services share: what is told is on the
/// disk already, and a ledger that was not witnessed is not told of.
/// </summary>
/// <remarks>
/// A checkpoint that is left out does no harm: the next covers all that it did. So only the newest is told of, and again
/// after a change of the leader, with the same id.
/// </remarks>
public sealed class Checkpoints(Exchange exchange, IConfiguration configuration) : ISweeper
{
    // Several notes: the last may be in the middle of being written.
    private const int Tail = 4096;

    private readonly DirectoryInfo _witness = new(configuration["Ledger:Witness"]!);
    private readonly ConcurrentDictionary<string, long> _told = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task Sweep(CancellationToken cancellation)
    {
        _witness.Refresh();
        return _witness.Exists ? Task.WhenAll(_witness.EnumerateFiles("*.checkpoints").Select(file => Tell(file, cancellation))) : Task.CompletedTask;
    }

    private async Task Tell(FileInfo file, CancellationToken cancellation)
    {
        var (length, written) = (file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
        if (_told.GetValueOrDefault(file.Name) == length || await Newest(file, length, cancellation) is not { } note)
            return;
        var key = VerifierKey.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(file.FullName, ".vkey"), cancellation));
        var (service, size) = (Path.GetFileNameWithoutExtension(file.Name), Checkpoint.Open(note, key).Size);
        // The id is the note's: a second history of the same size would be another message, and nobody would skip it.
        await exchange.Publish(
            CloudEvent.Notice(NameBased.Id("checkpoint", note), new CheckpointSigned(service, size, note, key.ToString()), service, written), cancellation);
        _told[file.Name] = length;
    }

    private static async Task<string?> Newest(FileInfo file, long length, CancellationToken cancellation)
    {
        await using var stream = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = Math.Max(0, length - Tail);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(cancellation);
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n')[..^1];
        return Checkpoint.Notes(lines).LastOrDefault(note => note.Contains("\n\n— ", StringComparison.Ordinal));
    }
}
