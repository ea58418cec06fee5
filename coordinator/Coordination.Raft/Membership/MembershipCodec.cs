using System.Buffers.Binary;

namespace Coordination.Raft;

/// <summary>
/// The bytes of a <see cref="Membership"/>, as they stand in membership entries, in the log and in snapshots: a version byte (1), then
/// four lists (voters, outgoing voters, learners, next learners), each a 16-bit count followed by 64-bit ids. Little-endian.
/// </summary>
public static class MembershipCodec
{
    private const byte Version = 1;
    private const int ListsPerMembership = 4;

    /// <summary>The number of bytes that <see cref="Encode"/> writes.</summary>
    public static int GetSize(Membership membership)
    {
        ArgumentNullException.ThrowIfNull(membership);
        int ids = membership.Voters.Count + membership.OutgoingVoters.Count + membership.Learners.Count + membership.LearnersNext.Count;
        return 1 + (ListsPerMembership * sizeof(ushort)) + (ids * sizeof(ulong));
    }

    /// <summary>Writes the membership to the start of <paramref name="destination"/> and returns how many bytes it took.</summary>
    public static int Encode(Membership membership, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(membership);
        destination[0] = Version;
        int position = 1;
        position += EncodeList(membership.Voters, destination[position..]);
        position += EncodeList(membership.OutgoingVoters, destination[position..]);
        position += EncodeList(membership.Learners, destination[position..]);
        position += EncodeList(membership.LearnersNext, destination[position..]);
        return position;
    }

    /// <summary>Reads a membership from the start of <paramref name="source"/>.</summary>
    /// <param name="source">The bytes; more may follow the membership.</param>
    /// <param name="bytesRead">How many bytes the membership took.</param>
    /// <exception cref="FormatException">The bytes are no membership, or one that contradicts itself.</exception>
    public static Membership Decode(ReadOnlySpan<byte> source, out int bytesRead)
    {
        if (source.IsEmpty || source[0] != Version)
        {
            throw new FormatException("The bytes are not a membership of version 1.");
        }

        bytesRead = 1;
        var voters = DecodeList(source, ref bytesRead);
        var outgoing = DecodeList(source, ref bytesRead);
        var learners = DecodeList(source, ref bytesRead);
        var learnersNext = DecodeList(source, ref bytesRead);
        try
        {
            return Membership.Create(voters, outgoing, learners, learnersNext);
        }
        catch (ArgumentException contradiction)
        {
            throw new FormatException($"The bytes are a membership that contradicts itself. {contradiction.Message}", contradiction);
        }
    }

    private static int EncodeList(IReadOnlyList<ReplicaId> ids, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, checked((ushort)ids.Count));
        for (int i = 0; i < ids.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(sizeof(ushort) + (i * sizeof(ulong)))..], ids[i].Value);
        }

        return sizeof(ushort) + (ids.Count * sizeof(ulong));
    }

    private static ReplicaId[] DecodeList(ReadOnlySpan<byte> source, ref int position)
    {
        if (source.Length - position < sizeof(ushort))
        {
            throw new FormatException("The membership is cut off before a list.");
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(source[position..]);
        position += sizeof(ushort);
        if (source.Length - position < count * sizeof(ulong))
        {
            throw new FormatException("The membership is cut off inside a list.");
        }

        var ids = new ReplicaId[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = new ReplicaId(BinaryPrimitives.ReadUInt64LittleEndian(source[position..]));
            position += sizeof(ulong);
        }

        return ids;
    }
}
