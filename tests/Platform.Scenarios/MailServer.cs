using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tremplin.Scenarios;

/// <summary>What a relay does with a mail.</summary>
internal enum Taking
{
    /// <summary>Takes it and says so.</summary>
    Takes,

    /// <summary>Refuses it for now (451).</summary>
    NotNow,

    /// <summary>Refuses it for good (550).</summary>
    Never,

    /// <summary>Takes it, and is gone before it says so.</summary>
    TakesAndGoes,

    /// <summary>Takes it, and says so only when it is let go.</summary>
    TakesAndWaits,
}

/// <summary>A mail that arrived.</summary>
internal sealed record Arrived(string To, string MessageId, string Text);

/// <summary>A relay on 127.0.0.1 that speaks as much SMTP (RFC 5321) as a client needs, and fails as it is told.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Taking>> _told = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Arrived> _arrived = [];
    private readonly ConcurrentQueue<string> _refused = [];
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MailServer()
    {
        _listener.Start();
        _ = Listen();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Every mail whose text came here, also where nobody was told so.</summary>
    public IReadOnlyList<Arrived> All => [.. _arrived];

    public IReadOnlyList<Arrived> For(string address) => [.. _arrived.Where(a => a.To == address)];

    /// <summary>How often a mail to this address was refused.</summary>
    public int Refused(string address) => _refused.Count(r => r == address);

    /// <summary>What is done with the next mails to an address; those after them are taken.</summary>
    public void Tell(string address, params Taking[] takings) => _told[address] = new(takings);

    /// <summary>Lets go what waits.</summary>
    public void LetGo() => _letGo.TrySetResult();

    public void Dispose()
    {
        LetGo();
        _listener.Dispose();
    }

    private async Task Listen()
    {
        try
        {
            while (true)
                _ = Serve(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was disposed of.
        }
    }

    private async Task Serve(TcpClient caller)
    {
        using var connection = caller;
        try
        {
            using var reader = new StreamReader(connection.GetStream(), Encoding.UTF8);
            await using var writer = new StreamWriter(connection.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 relay.example ESMTP");
            var to = "";
            while (await reader.ReadLineAsync() is { } line)
            {
                switch (line.Split(' ', ':')[0].ToUpperInvariant())
                {
                    case "EHLO":
                        await writer.WriteLineAsync("250-relay.example\r\n250 8BITMIME");
                        break;
                    case "RCPT":
                        to = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                        await writer.WriteLineAsync("250 Ok");
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 Go on");
                        if (!await Take(to, await Text(reader), writer))
                            return;
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 Bye");
                        return;
                    default:
                        await writer.WriteLineAsync("250 Ok");
                        break;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Whoever called is gone.
        }
    }

    private async Task<bool> Take(string to, string text, StreamWriter writer)
    {
        var taking = _told.TryGetValue(to, out var told) && told.TryDequeue(out var next) ? next : Taking.Takes;
        if (taking is Taking.NotNow or Taking.Never)
        {
            _refused.Enqueue(to);
            await writer.WriteLineAsync(taking is Taking.NotNow ? "451 4.3.0 Not now" : "550 5.1.1 Not here");
            return true;
        }

        _arrived.Enqueue(new(to, text.Split('\n').First(l => l.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase)).Split(' ')[1].Trim(), text));
        if (taking is Taking.TakesAndGoes)
            return false;
        if (taking is Taking.TakesAndWaits)
            await _letGo.Task;
        // As some do, with the address in it.
        await writer.WriteLineAsync($"250 2.0.0 Ok: queued for <{to}>");
        return true;
    }

    private static async Task<string> Text(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line != ".")
            text.Append(line).Append('\n');
        return text.ToString();
    }
}
