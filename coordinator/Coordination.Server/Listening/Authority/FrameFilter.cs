using System.Buffers;

namespace Coordination.Server;

/// <summary>
/// Follows the frames that one HTTP/2 client sends, says how far they may be passed on, and repairs the header blocks among them.
/// Owned and called by one <see cref="AuthorityFilterReader"/>, by one thread at a time.
/// </summary>
/// <remarks>
/// Everything but header blocks passes as it comes. A header block is held back until it is complete, since only then is its authority
/// known. What the filter does not understand it passes on unseen from there to the end of the connection: Kestrel refuses the same
/// things with the error that the protocol has for them, so there is neither a second opinion here nor a wait for more.
/// </remarks>
internal sealed class FrameFilter
{
    /// <summary>
    /// The largest payload that Kestrel offers to take, its default and HTTP/2's; a longer HEADERS frame is an error there.
    /// </summary>
    public const int FrameSizeMax = 16 * 1024;

    /// <summary>
    /// The most bytes held back for one header block, frames and padding included: double what Kestrel accepts as headers.
    /// </summary>
    public const int HeldBackMax = 64 * 1024;

    /// <summary>The connection preface of the client, <c>PRI * HTTP/2.0</c> and so on (RFC 9113, section 3.4).</summary>
    private const int PrefaceLength = 24;

    private HeaderBlockFilter _blocks;

    /// <summary>Bytes from here on that pass without being looked at; the preface first, then the rest of uninteresting frames.</summary>
    private long _unseen = PrefaceLength;

    /// <summary>Bytes of complete frames of the header block that is being held back.</summary>
    private int _heldFrames;

    private bool _hasGivenUp;

    /// <summary>Looks at what was not passed on yet.</summary>
    /// <param name="bytes">Starts where the passed bytes ended, and so repeats what was held back.</param>
    /// <returns>How many of them may be passed on now; the rest must be shown again together with what follows.</returns>
    public long Pass(in ReadOnlySequence<byte> bytes)
    {
        // What is left, cut off at the front from buffer to buffer, so that a frame is nearly always in the first one, and where the
        // bytes in it begin that have not passed.
        ReadOnlySequence<byte> rest = bytes;
        long start = 0;
        long cutOff = 0;
        while (!_hasGivenUp)
        {
            if (_heldFrames == 0)
            {
                long skipped = Math.Min(_unseen, rest.Length - start);
                _unseen -= skipped;
                start += skipped;
            }

            if (start >= rest.FirstSpan.Length)
            {
                rest = rest.Slice(start);
                cutOff += start;
                start = 0;
            }

            if (!FrameHeader.TryRead(rest, start + _heldFrames, out FrameHeader header))
            {
                return cutOff + start;
            }

            if (_heldFrames == 0 && header.Type is not (FrameHeader.Headers or FrameHeader.Continuation))
            {
                _unseen = FrameHeader.Size + header.Length;
                continue;
            }

            if (!ContinuesProperly(header))
            {
                _hasGivenUp = true;
                break;
            }

            int heldWithThisFrame = _heldFrames + FrameHeader.Size + header.Length;
            if (rest.Length - start < heldWithThisFrame)
            {
                return cutOff + start;
            }

            _heldFrames = heldWithThisFrame;
            if (header.EndsHeaders)
            {
                _hasGivenUp = !HeaderFragments.TryRepair(rest.Slice(start, _heldFrames), ref _blocks);
                start += _heldFrames;
                _heldFrames = 0;
            }
        }

        return bytes.Length;
    }

    /// <summary>Whether this frame may stand here: a HEADERS frame begins a block, and only CONTINUATION frames may follow.</summary>
    private bool ContinuesProperly(FrameHeader header) =>
        header.Length <= FrameSizeMax
        && _heldFrames + FrameHeader.Size + header.Length <= HeldBackMax
        && header.Type == (_heldFrames == 0 ? FrameHeader.Headers : FrameHeader.Continuation);
}
