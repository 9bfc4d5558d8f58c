using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Espalier.ServerLoad;

/// <summary>An answer.</summary>
/// <param name="Status">Its status; 0 where the connection was closed without one.</param>
/// <param name="Text">Head and body.</param>
internal readonly record struct Reply(int Status, string Text);

/// <summary>A connection that is kept, and as little else as can be: what it takes of the processor, the server lacks.</summary>
internal sealed class Connection : IDisposable
{
    private readonly int _port;
    private readonly byte[] _buffer = new byte[1 << 17];
    private Socket _socket;

    /// <summary>Connects to 127.0.0.1.</summary>
    public Connection(int port)
    {
        _port = port;
        _socket = Connected();
    }

    /// <summary>How often it had to be made anew.</summary>
    public int Reconnects { get; private set; }

    /// <summary>A request without a body.</summary>
    public static byte[] Get(string path) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    /// <summary>A request with one.</summary>
    public static byte[] Post(string path, ReadOnlySpan<byte> body, string type = "image/png", string headers = "") =>
    [
        .. Encoding.UTF8.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\n{headers}Content-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];

    /// <summary>Sends a request and gives the answer, whose text is made only for those who look at it.</summary>
    public Reply Ask(byte[] request)
    {
        var status = Send(request, out var length);
        return new Reply(status, Encoding.UTF8.GetString(_buffer, 0, length));
    }

    /// <summary>Sends a request and gives the answer's status; on a new connection where the server has closed this one.</summary>
    public int Status(byte[] request)
    {
        try
        {
            if (Send(request, out _) is not 0 and var status) return status;
        }
        catch (SocketException)
        {
            // Closed meanwhile, as it may be between requests.
        }

        _socket.Dispose();
        _socket = Connected();
        Reconnects++;
        return Send(request, out _);
    }

    /// <summary>Sends something, wholly or not.</summary>
    public void SendOnly(ReadOnlySpan<byte> part) => _socket.Send(part);

    /// <summary>Says that nothing more will be sent.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The answer to what was sent.</summary>
    public Reply Receive()
    {
        try
        {
            var status = Receive(out var length);
            return new Reply(status, Encoding.UTF8.GetString(_buffer, 0, length));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return new Reply(0, "");
        }
    }

    public void Dispose() => _socket.Dispose();

    private Socket Connected()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = 60_000,
        };
        socket.Connect(IPAddress.Loopback, _port);
        return socket;
    }

    private int Send(byte[] request, out int length)
    {
        _socket.Send(request);
        return Receive(out length);
    }

    private int Receive(out int length)
    {
        var whole = 0; // Head and body together, once the head is there.
        for (length = 0; whole == 0 || length < whole;)
        {
            var read = _socket.Receive(_buffer.AsSpan(length));
            if (read == 0) break;
            length += read;
            var seen = _buffer.AsSpan(0, length);
            var head = whole == 0 ? seen.IndexOf("\r\n\r\n"u8) : -1;
            if (head >= 0) whole = ContentLength(seen[..(head + 2)]) is >= 0 and var body ? head + 4 + body : int.MaxValue;
            if (whole == int.MaxValue && seen.EndsWith("0\r\n\r\n"u8)) break; // In chunks.
        }

        return length < 12 ? 0 : int.Parse(_buffer.AsSpan(9, 3), CultureInfo.InvariantCulture);
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var found = head.IndexOf(name);
        if (found < 0) return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0 ? 0 : -1;
        var value = head[(found + name.Length)..];
        return int.Parse(value[..value.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
