using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Tremplin.Faults;

/// <summary>The network between a replica and a server: it passes, breaks, falls silent or is slow.</summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Socket, bool> _open = [];
    private readonly int _to;
    private readonly Task _serving;
    private volatile TaskCompletionSource _sound = Sounding();
    private volatile bool _broken;

    public Line(int to)
    {
        _to = to;
        _listener.Start();
        _serving = Serve();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How much later each piece arrives, in each direction.</summary>
    public TimeSpan Late { get; set; }

    /// <summary>How many bytes pass in a second, in each direction of a connection; 0 for as many as there are.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>Closes every connection, and each new one at once.</summary>
    public void Break()
    {
        _broken = true;
        foreach (var socket in _open.Keys)
            Reset(socket);
    }

    /// <summary>Lets nothing through, and neither end knows: connections stay, new ones are taken, bytes are held.</summary>
    public void Hush() => _sound = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>As at the beginning. What was held arrives now.</summary>
    public void Mend()
    {
        (_broken, Late, BytesPerSecond) = (false, TimeSpan.Zero, 0);
        _sound.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Break();
        await _serving.ContinueWith(_ => { }, TaskScheduler.Default);
        _end.Dispose();
    }

    private static TaskCompletionSource Sounding()
    {
        var sounding = new TaskCompletionSource();
        sounding.SetResult();
        return sounding;
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new(true, 0);
            socket.Close();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has gone by itself.
        }
    }

    private async Task Serve()
    {
        while (true)
            _ = Pass(await _listener.AcceptSocketAsync(_end.Token));
    }

    private async Task Pass(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            (_open[client], _open[server]) = (true, true);
            try
            {
                if (_broken)
                    return;
                await _sound.Task;
                await server.ConnectAsync(IPAddress.Loopback, _to, _end.Token);
                await await Task.WhenAny(Copy(client, server), Copy(server, client));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // One end is gone; the other hears of it below.
            }
            finally
            {
                (_, _) = (_open.TryRemove(client, out _), _open.TryRemove(server, out _));
                Reset(client);
                Reset(server);
            }
        }
    }

    private async Task Copy(Socket from, Socket to)
    {
        var held = Channel.CreateBounded<(byte[] Bytes, long Due)>(64);
        var writing = Write(held.Reader, to);
        await Task.WhenAny(writing, Read(from, held.Writer));
        await writing;
    }

    private async Task Read(Socket from, ChannelWriter<(byte[], long)> held)
    {
        var buffer = new byte[16_384];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is var read and > 0)
                await held.WriteAsync((buffer[..read], Environment.TickCount64 + (long)Late.TotalMilliseconds), _end.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The end travels behind the bytes, and waits with them.
        }
        finally
        {
            held.Complete();
        }
    }

    private async Task Write(ChannelReader<(byte[] Bytes, long Due)> held, Socket to)
    {
        await foreach (var (bytes, due) in held.ReadAllAsync(_end.Token))
        {
            if (due - Environment.TickCount64 is var early and > 0)
                await Task.Delay((int)early, _end.Token);
            for (var sent = 0; sent < bytes.Length;)
            {
                await _sound.Task;
                var piece = BytesPerSecond is > 0 and var rate ? Math.Min(Math.Max(rate / 20, 1), bytes.Length - sent) : bytes.Length - sent;
                await to.SendAsync(bytes.AsMemory(sent, piece), _end.Token);
                sent += piece;
                if (BytesPerSecond > 0)
                    await Task.Delay(1000 * piece / BytesPerSecond, _end.Token);
            }
        }

        await _sound.Task;
    }
}
