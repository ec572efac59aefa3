using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Tremplin.Cli.Machine;

/// <summary>Free TCP ports on 127.0.0.1, below the range from which Linux lends ports to outgoing connections.</summary>
public static class Ports
{
    // A UDP socket of the same number, held as long as this process lives, keeps other runs of this program away from a
    // port whose server is not up yet, or is down for a test.
    private static readonly List<Socket> Held = [];

    /// <summary>A free port: the wanted one if it is free, otherwise another.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static int Take(int wanted = 0)
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            var port = tries == 0 && wanted > 0 ? wanted : RandomNumberGenerator.GetInt32(20_000, 30_000);
            if (Hold(port))
                return port;
        }
        throw new InvalidOperationException("No free TCP port between 20000 and 30000 on 127.0.0.1.");
    }

    /// <summary>The address of a server on a free port.</summary>
    public static Uri TakeUrl() => new($"http://127.0.0.1:{Take()}/");

    private static bool Hold(int port)
    {
        var held = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            held.Bind(new IPEndPoint(IPAddress.Loopback, port));
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException)
        {
            held.Dispose();
            return false;
        }
        lock (Held)
            Held.Add(held);
        return true;
    }
}
