using System.Text;
using System.Text.Json;
using Tremplin.Ledger;

namespace Tremplin.Cli.Audit;

/// <summary>
/// What the services stored about some records, each event with its proof against the newest checkpoint of its service.
/// The lines wait in files for their place in the bundle, so that memory holds one number a line only.
/// </summary>
internal sealed class Collected : IDisposable
{
    private const int Chunk = 100;

    private readonly Auditor _auditor;
    private readonly List<Share> _shares = [];

    private Collected(Auditor auditor) => _auditor = auditor;

    /// <summary>The records whose beginning is covered, in the order in which they were asked for.</summary>
    public List<Guid> Records { get; } = [];

    /// <summary>What each service that has a checkpoint contributes.</summary>
    public IEnumerable<Contribution> Contributions => _shares.Select(s => s.Contribution);

    /// <summary>How many events of each service no checkpoint covers yet.</summary>
    public IReadOnlyDictionary<string, long> Waiting => _shares.ToDictionary(s => s.Service, s => s.Waiting, StringComparer.Ordinal);

    /// <summary>Asks the services.</summary>
    /// <param name="auditor">Their doors.</param>
    /// <param name="records">The records, in the order in which they are taken.</param>
    /// <param name="most">How many are taken; those that no checkpoint covers do not count.</param>
    /// <param name="progress">Told how many were asked for.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<Collected> Of(Auditor auditor, IReadOnlyList<Guid> records, int most, Action<int> progress, CancellationToken stop)
    {
        var collected = new Collected(auditor);
        try
        {
            foreach (var service in Auditor.Services)
            {
                if (await auditor.Text(service, "ledger/checkpoint", stop) is { } note)
                    collected._shares.Add(new(service, VerifierKey.Parse((await auditor.Text(service, "ledger/key", stop))!), note));
            }

            foreach (var chunk in records.Chunk(Chunk))
            {
                if (collected.Records.Count < most)
                    await collected.Add(chunk, most, stop);
                progress(chunk.Length);
            }

            return collected;
        }
        catch
        {
            collected.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _shares.ForEach(s => s.Dispose());

    private async Task Add(Guid[] chunk, int most, CancellationToken stop)
    {
        var taken = new HashSet<Guid>();
        foreach (var share in _shares)
        {
            var lines = await Lines(share, share.Service == Auditor.Services[0] ? chunk : taken, stop);
            if (share.Service == Auditor.Services[0])
            {
                var begun = lines.Where(l => l.Proof is not null && l.Record == l.Stream).Select(l => l.Record).ToHashSet();
                taken = [.. chunk.Where(begun.Contains).Take(most - Records.Count)];
                Records.AddRange(chunk.Where(taken.Contains));
                share.Waiting += lines.Count(l => !begun.Contains(l.Record));
            }

            foreach (var line in lines.Where(l => taken.Contains(l.Record)))
                share.Keep(line);
        }
    }

    private async Task<List<Line>> Lines(Share share, IReadOnlyCollection<Guid> records, CancellationToken stop)
    {
        if (records.Count == 0)
            return [];
        var these = string.Join('&', records.Select(r => $"record={r}"));
        var proofs = new Dictionary<long, string>();
        await foreach (var proof in _auditor.Lines(share.Service, $"ledger/proofs?size={share.Size}&{these}", stop))
            proofs.Add(proof.GetProperty("sequence").GetInt64(), proof.GetRawText());
        var lines = new List<Line>();
        await foreach (var line in _auditor.Lines(share.Service, $"events?{these}", stop))
        {
            var sequence = long.Parse(line.GetProperty("sequence").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
            lines.Add(new(
                sequence, line.GetProperty("correlationid").GetGuid(), line.GetProperty("subject").GetGuid(), line.GetRawText(), proofs.GetValueOrDefault(sequence)));
        }

        return lines;
    }

    private sealed record Line(long Sequence, Guid Record, Guid Stream, string Event, string? Proof);

    /// <summary>The share of a service: a file with events and proofs one after the other, and where each begins.</summary>
    private sealed class Share(string service, VerifierKey key, string note) : IDisposable
    {
        private readonly List<(long Sequence, long At, int Event, int Proof)> _kept = [];
        private readonly FileStream _file = new(
            Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);

        public string Service => service;

        public long Size { get; } = Checkpoint.Open(note, key).Size;

        public long Waiting { get; set; }

        public Contribution Contribution => new(
            service, key, note, Sorted(k => Read(k.At, k.Event)),
            Sorted(k => JsonSerializer.Deserialize<InclusionProof>(Read(k.At + k.Event, k.Proof), JsonSerializerOptions.Web)!));

        public void Keep(Line line)
        {
            if (line.Proof is null)
            {
                Waiting++;
                return;
            }

            var (stored, proof) = (Encoding.UTF8.GetBytes(line.Event), Encoding.UTF8.GetBytes(line.Proof));
            _kept.Add((line.Sequence, _file.Position, stored.Length, proof.Length));
            _file.Write(stored);
            _file.Write(proof);
        }

        public void Dispose() => _file.Dispose();

        // Chunks of records come one after the other; the sequence runs through all of them.
        private IEnumerable<T> Sorted<T>(Func<(long Sequence, long At, int Event, int Proof), T> read) => _kept.OrderBy(k => k.Sequence).Select(read);

        private byte[] Read(long at, int length)
        {
            var bytes = new byte[length];
            _file.Position = at;
            _file.ReadExactly(bytes);
            return bytes;
        }
    }
}
