using System.Buffers;
using System.IO.Pipelines;

namespace Coordination.Server;

/// <summary>Tells protocols apart by the first bytes of a connection, and leaves them there.</summary>
internal static class FirstBytes
{
    /// <summary>No HTTP/1 request is shorter, and none begins with <c>PRI</c> and a space: that method is reserved for HTTP/2.</summary>
    private const int Needed = 4;

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
        return first.SequenceEqual(Http2Preface) ? PortProtocol.Http2 : PortProtocol.Http1;
    }
}
