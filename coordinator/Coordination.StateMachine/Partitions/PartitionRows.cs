using System.Buffers;
using System.Collections.Immutable;

namespace Coordination.StateMachine;

/// <summary>
/// What is stored about a partition itself, row by row, so that a commit writes only what changed. Part of the disk format
/// (docs/disk-format.md): each row begins with its version, and the old ones stay readable.
/// </summary>
internal static class PartitionRows
{
    /// <summary>The key of the row of an <see cref="Ownership"/>.</summary>
    public const string OwnershipKey = "ownership";

    /// <summary>The key of the row of <see cref="ReceivedKeys"/>.</summary>
    public const string ReceivedKey = "received";

    /// <summary>The key of the row of the greatest token of a lease that was ended here.</summary>
    public const string WatermarkKey = "lease-watermark";

    /// <summary>What the keys of rows of pending revocations begin with.</summary>
    public const string RevocationsBegin = "revocation/";

    private const byte Version = 1;

    /// <summary>The key of a pending revocation's row.</summary>
    public static string KeyOf(PendingRevocation revocation) => $"{RevocationsBegin}{revocation.Lease:x16}/{revocation.Incarnation:x16}";

    public static ReadOnlyMemory<byte> Encode(Ownership ownership)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = Begin(output);
        writer.Byte((byte)ownership.Phase);
        writer.Number(ownership.ServedRevision);
        writer.Number(ownership.Adoptions);
        writer.Number((ulong)ownership.HiddenRevisions.Length);
        foreach (long revision in ownership.HiddenRevisions)
        {
            writer.Number(revision);
        }

        writer.Number((ulong)ownership.Copies.Length);
        foreach (var copy in ownership.Copies)
        {
            writer.Bytes(copy.Prefix);
            writer.Number((ulong)copy.Partition);
            writer.Number(copy.Revision);
        }

        DelegationCodec.Write(writer, ownership.Delegations);
        return output.WrittenMemory;
    }

    public static Ownership DecodeOwnership(ReadOnlyMemory<byte> row)
    {
        var reader = Begin(row);
        var phase = (PartitionPhase)reader.Byte();
        long served = reader.Number();
        long adoptions = reader.Number();
        var hidden = new long[reader.Count()];
        for (int i = 0; i < hidden.Length; i++)
        {
            hidden[i] = reader.Number();
        }

        var copies = new PendingCopy[reader.Count()];
        for (int i = 0; i < copies.Length; i++)
        {
            copies[i] = new PendingCopy(reader.Bytes().ToArray(), reader.Partition(), reader.Number());
        }

        var delegations = DelegationCodec.Read(ref reader);
        return End(reader, new Ownership
        {
            Phase = phase,
            ServedRevision = served,
            Adoptions = adoptions,
            HiddenRevisions = ImmutableArray.Create(hidden),
            Copies = ImmutableArray.Create(copies),
            Delegations = ImmutableArray.Create(delegations),
        });
    }

    public static ReadOnlyMemory<byte> Encode(ReceivedKeys received)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = Begin(output);
        writer.Number(received.Chunks);
        writer.Bytes(received.LastKey);
        writer.Number(received.LastRevision);
        return output.WrittenMemory;
    }

    public static ReceivedKeys DecodeReceived(ReadOnlyMemory<byte> row)
    {
        var reader = Begin(row);
        var received = new ReceivedKeys(reader.Number(), reader.Bytes().ToArray(), reader.Number());
        return End(reader, received);
    }

    public static ReadOnlyMemory<byte> EncodeWatermark(ulong watermark)
    {
        var output = new ArrayBufferWriter<byte>();
        Begin(output).Number(watermark);
        return output.WrittenMemory;
    }

    public static ulong DecodeWatermark(ReadOnlyMemory<byte> row)
    {
        var reader = Begin(row);
        ulong watermark = reader.Unsigned();
        return End(reader, watermark);
    }

    public static ReadOnlyMemory<byte> Encode(PendingRevocation revocation)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = Begin(output);
        writer.Fixed((ulong)revocation.Lease);
        writer.Number(revocation.Incarnation);
        writer.Number(revocation.Token);
        writer.Number((ulong)revocation.Partitions.Ids.Length);
        foreach (uint partition in revocation.Partitions.Ids)
        {
            writer.Number((ulong)partition);
        }

        return output.WrittenMemory;
    }

    public static PendingRevocation DecodeRevocation(ReadOnlyMemory<byte> row)
    {
        var reader = Begin(row);
        long lease = (long)reader.Fixed();
        ulong incarnation = reader.Unsigned();
        ulong token = reader.Unsigned();
        var partitions = new uint[reader.Count()];
        for (int i = 0; i < partitions.Length; i++)
        {
            partitions[i] = reader.Partition();
        }

        return End(reader, new PendingRevocation(lease, incarnation, token, PartitionSet.Of(partitions)));
    }

    private static FieldWriter Begin(ArrayBufferWriter<byte> output)
    {
        var writer = new FieldWriter(output);
        writer.Byte(Version);
        return writer;
    }

    private static FieldReader Begin(ReadOnlyMemory<byte> row)
    {
        var reader = new FieldReader(row);
        byte version = reader.Byte();
        return version == Version
            ? reader
            : throw new FormatException($"A row about the partition has version {version}; this program knows version {Version}.");
    }

    private static T End<T>(FieldReader reader, T value) =>
        reader.IsAtEnd ? value : throw new FormatException("Bytes follow after the end of a row about the partition.");
}
