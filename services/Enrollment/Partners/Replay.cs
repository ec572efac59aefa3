using System.Collections.Concurrent;
using System.Diagnostics;
using Tremplin.Contracts.Partners.V1;

namespace Tremplin.Enrollment.Partners;

/// <summary>
/// Sends a partner its events once more, with the same ids and bytes, marked as a replay. It reads and publishes, and
/// changes nothing. One at a time for a partner, few at once, and each at work for half of the time only, so that live
/// traffic does not wait: the busier the machine, the longer its pauses.
/// </summary>
public sealed class Replay(PublicEvents events, Exchange exchange) : IDisposable
{
    private const int Wave = 100;

    private readonly SemaphoreSlim _turns = new(2);
    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.Ordinal);

    /// <summary>How many events were sent again; null where a replay for this partner is still running.</summary>
    public async Task<int?> Send(string partner, RequestReplay asked, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(asked);
        if (!_running.TryAdd(partner, true))
            return null;
        try
        {
            await _turns.WaitAsync(cancellation);
            try
            {
                var sequences = await events.Sequences(partner, asked.AfterSequence ?? 0, int.MaxValue, asked.Since, asked.RecordId, cancellation);
                var begun = Stopwatch.GetTimestamp();
                await foreach (var page in events.Read(sequences, cancellation))
                {
                    foreach (var wave in page.Select(e => CloudEvent.Of(e, replay: true)!).Chunk(Wave))
                        await Task.WhenAll(wave.Select(message => exchange.Publish(message, cancellation)));
                    await Task.Delay(Stopwatch.GetElapsedTime(begun), cancellation);
                    begun = Stopwatch.GetTimestamp();
                }

                return sequences.Count;
            }
            finally
            {
                _turns.Release();
            }
        }
        finally
        {
            _running.TryRemove(partner, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();
}
