using System.Net;
using System.Net.Sockets;

namespace Tremplin.Scenarios;

/// <summary>
/// Stands between a client and the broker, and drops the connection without a word each time the broker has sent as many
/// bytes as the next cut says.
/// </summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Queue<int> _cuts;
    private readonly int _to;
    private readonly Task _serving;

    public Relay(int to, params IEnumerable<int> cuts)
    {
        (_to, _cuts) = (to, new(cuts));
        _listener.Start();
        _serving = Serve();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts that have not come yet.</summary>
    public int Left => _cuts.Count;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving.ContinueWith(_ => { }, TaskScheduler.Default);
        _end.Dispose();
    }

    private async Task Serve()
    {
        while (true)
            _ = Pass(await _listener.AcceptTcpClientAsync(_end.Token));
    }

    private async Task Pass(TcpClient client)
    {
        using (client)
        {
            using var broker = new TcpClient();
            await broker.ConnectAsync(IPAddress.Loopback, _to, _end.Token);
            var until = _cuts.Count > 0 ? _cuts.Peek() : int.MaxValue;
            var there = Copy(client.GetStream(), broker.GetStream(), int.MaxValue);
            var back = Copy(broker.GetStream(), client.GetStream(), until);
            await await Task.WhenAny(there, back);
            if (back.IsCompletedSuccessfully && await back)
                _cuts.Dequeue();
        }
    }

    // True when it stopped because that many bytes had passed.
    private async Task<bool> Copy(NetworkStream from, NetworkStream to, int most)
    {
        var (buffer, passed) = (new byte[4096], 0);
        while (await from.ReadAsync(buffer, _end.Token) is var read and > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            if ((passed += read) >= most)
                return true;
        }

        return false;
    }
}
