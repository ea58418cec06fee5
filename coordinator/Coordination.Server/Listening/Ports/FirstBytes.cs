using System.Buffers;
using System.IO.Pipelines;

namespace Coordination.Server;

/// <summary>Tells protocols apart by the first bytes of a connection, and leaves them there.</summary>
internal static class FirstBytes
{
    /// <summary>No HTTP/1 request is shorter, and none begins with <c>PRI</c> and a space: that method is reserved for HTTP/2.</summary>
    private const int Needed = 4;

    /// <summary>A request of HTTP/1 begins with a method, a space and a path: printable characters of ASCII.</summary>
    private const byte FirstPrintable = (byte)' ';

    private const byte LastPrintable = (byte)'~';

    private static ReadOnlySpan<byte> Http2Preface => "PRI "u8;

    /// <summary>Waits for the first bytes.</summary>
    /// <returns>The protocol, or null when the client left before it said anything that tells it.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static async ValueTask<PortProtocol?> PeekAsync(PipeReader input, CancellationToken cancellationToken)
    {
        ReadResult result = await input.ReadAtLeastAsync(Needed, cancellationToken);
        PortProtocol? protocol = result.Buffer.Length < Needed ? null : Detect(result.Buffer);

        // Neither consumed nor examined: the next reader gets the same bytes at once.
        input.AdvanceTo(result.Buffer.Start);
        return protocol;
    }

    private static PortProtocol Detect(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> first = stackalloc byte[Needed];
        bytes.Slice(0, Needed).CopyTo(first);
        if (first.SequenceEqual(Http2Preface))
        {
            return PortProtocol.Http2;
        }

        return first.ContainsAnyExceptInRange(FirstPrintable, LastPrintable) ? PortProtocol.Other : PortProtocol.Http1;
    }
}
