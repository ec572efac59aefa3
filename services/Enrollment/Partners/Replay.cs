using System.Collections.Concurrent;
using System.Diagnostics;
using Tremplin.Contracts.Partners.V1;

namespace Tremplin.Enrollment.Partners;

/// <summary>
/// Sends a partner its events once more, with the same ids and bytes, marked as a replay. It reads and publishes, and
/// changes nothing. One at a time for a partner, few at once, and so that live traffic does not wait each works for half of
/// the time, on a busy machine for less.
/// </summary>
public sealed class Replay(PublicEvents events, Exchange exchange) : IDisposable
{
    private const int Wave = 100;
    private const double LongestPause = 4;

    private TimeSpan _quickest = TimeSpan.MaxValue;
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
                        await exchange.Publish(wave, cancellation);
                    await Task.Delay(Pause(page.Count, Stopwatch.GetElapsedTime(begun)), cancellation);
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

    // As long as the work took; where it took longer for each event than it once did, others want the machine: longer still.
    private TimeSpan Pause(int events, TimeSpan took)
    {
        var each = took / events;
        _quickest = each < _quickest ? each : _quickest;
        return took * Math.Min(each / _quickest, LongestPause);
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();
}
