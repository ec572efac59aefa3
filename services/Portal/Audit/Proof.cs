using Tremplin.Ledger;

namespace Tremplin.Portal.Audit;

/// <summary>Whether an event is proven to be in its service's ledger.</summary>
public enum Proof
{
    /// <summary>It is in the tree that the signed checkpoint stands for.</summary>
    Proven,

    /// <summary>It is newer than the checkpoint.</summary>
    NotYet,

    /// <summary>It should be there and is not, or the checkpoint is worth nothing.</summary>
    NotProven,
}

/// <summary>The ledger of a service as the portal checked it: with the public key alone, on the bytes that it shows.</summary>
/// <param name="Service">The service.</param>
/// <param name="Checkpoint">The newest signed checkpoint; null where there is none, or none to rely on.</param>
/// <param name="Key">The key that opened it, as the service published it.</param>
/// <param name="Of">The proof of each event.</param>
public sealed record CheckedLedger(string Service, Checkpoint? Checkpoint, string Key, IReadOnlyDictionary<Guid, Proof> Of)
{
    /// <summary>Asks the service for key, checkpoint and proofs, and checks them.</summary>
    /// <exception cref="HttpRequestException">The service does not answer, or refuses.</exception>
    public static async Task<CheckedLedger> Check(AuditDoors doors, string service, IReadOnlyList<Step> steps)
    {
        ArgumentNullException.ThrowIfNull(doors);
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count == 0)
            return new(service, null, "", new Dictionary<Guid, Proof>());
        var key = await doors.Text(service, "audit/ledger/key") ?? "";
        if (await doors.Text(service, "audit/ledger/checkpoint") is not { } note)
            return new(service, null, key, steps.ToDictionary(s => s.Id, _ => Proof.NotYet));
        if (Open(service, note, key) is not { } checkpoint)
            return new(service, null, key, steps.ToDictionary(s => s.Id, _ => Proof.NotProven));
        var said = new Inclusion[steps.Count];
        await Parallel.ForAsync(0, steps.Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (at, _) =>
            said[at] = await doors.Inclusion(service, steps[at].Id, checkpoint.Size));
        return new(service, checkpoint, key, Judge(checkpoint, [.. steps.Zip(said)]));
    }

    /// <summary>The proof of each event under a checkpoint, from what the service says of its place.</summary>
    public static IReadOnlyDictionary<Guid, Proof> Judge(Checkpoint checkpoint, IReadOnlyList<(Step Step, Inclusion Said)> said)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(said);
        var included = said.Where(s => Includes(checkpoint, s.Step, s.Said)).Select(s => s.Step).ToDictionary(s => s.Id);
        // The ledger keeps the order of the events: what comes before one that is in it is in it too.
        var last = included.Count > 0 ? included.Values.Max(s => s.Sequence) : 0;
        return said.ToDictionary(s => s.Step.Id, s => s switch
        {
            _ when included.ContainsKey(s.Step.Id) => Proof.Proven,
            { Said: { Known: true, Index: null } } when s.Step.Sequence > last => Proof.NotYet,
            _ => Proof.NotProven,
        });
    }

    private static bool Includes(Checkpoint checkpoint, Step step, Inclusion said) =>
        said is { Index: { } index, Path: { } path } && index < checkpoint.Size
        && Merkle.Includes(checkpoint.Root.ToArray(), checkpoint.Size, Merkle.Leaf(step.Leaf.Span), index, path);

    private static Checkpoint? Open(string service, string note, string key)
    {
        try
        {
            var verifier = VerifierKey.Parse(key);
            return verifier.Name == $"tremplin/{service}" ? Checkpoint.Open(note, verifier) : null;
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            // It is the answer, not a failure: what cannot be opened proves nothing.
            return null;
        }
    }
}
