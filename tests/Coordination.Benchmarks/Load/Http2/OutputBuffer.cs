using System.Net.Sockets;

namespace Coordination.Benchmarks;

/// <summary>Bytes on their way to a socket that does not block: what it does not take now stays for the next flush.</summary>
internal sealed class OutputBuffer
{
    private byte[] _bytes = new byte[64 * 1024];
    private int _start;
    private int _end;

    public bool IsEmpty => _start == _end;

    /// <summary>Room for at least <paramref name="count"/> bytes, to be confirmed by <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _end < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _end + count));
        }

        return _bytes.AsSpan(_end);
    }

    public void Advance(int count) => _end += count;

    public void Flush(Socket socket)
    {
        if (IsEmpty)
        {
            return;
        }

        int sent = socket.Send(_bytes.AsSpan(_start, _end - _start), SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            throw new LoadException($"sending to the server failed: {error}.");
        }

        _start += sent;
        if (IsEmpty)
        {
            _start = _end = 0;
        }
    }
}
