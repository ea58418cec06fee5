namespace Coordination.Raft;

/// <summary>
/// The payload of an entry of kind <see cref="EntryKind.Membership"/>: the whole membership that holds from that entry on, and bytes of
/// the proposer that the core carries but does not read (names and addresses of the members, for example).
/// </summary>
/// <param name="Membership">The membership; complete, not a difference, so that it depends on this entry alone.</param>
/// <param name="Context">The proposer's own bytes; may be empty.</param>
public sealed record MembershipEntry(Membership Membership, ReadOnlyMemory<byte> Context)
{
    /// <summary>The payload as bytes.</summary>
    public byte[] Encode()
    {
        int size = MembershipCodec.GetSize(Membership);
        var bytes = new byte[size + Context.Length];
        MembershipCodec.Encode(Membership, bytes);
        Context.CopyTo(bytes.AsMemory(size));
        return bytes;
    }

    /// <summary>Reads the payload of a membership entry.</summary>
    /// <exception cref="FormatException">The bytes are no membership.</exception>
    public static MembershipEntry Decode(ReadOnlyMemory<byte> data)
    {
        var membership = MembershipCodec.Decode(data.Span, out int bytesRead);
        return new MembershipEntry(membership, data[bytesRead..]);
    }
}
