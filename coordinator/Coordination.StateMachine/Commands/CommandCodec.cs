using System.Buffers;

namespace Coordination.StateMachine;

/// <summary>
/// The bytes of a <see cref="Command"/> in the replicated log: a version byte, a kind byte, the fields. Part of the disk format: a change
/// needs a new version and the old one stays readable. Decoding checks everything, but what was committed is trusted to be well meant.
/// </summary>
public static class CommandCodec
{
    private const byte Version = 1;
    private const int NestingMax = 64;

    /// <summary>Appends the command to <paramref name="output"/>.</summary>
    public static void Encode(Command command, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(output);
        var writer = new FieldWriter(output);
        writer.Byte(Version);
        switch (command)
        {
            case PutCommand put:
                Write(writer, put.Put);
                break;
            case DeleteRangeCommand delete:
                Write(writer, delete.Delete);
                break;
            case TxnCommand txn:
                Write(writer, txn.Txn);
                break;
            case CompactCommand compact:
                writer.Byte((byte)CommandKind.Compact);
                writer.Number(compact.Revision);
                break;
            case LeaseGrantCommand grant:
                writer.Byte((byte)CommandKind.LeaseGrant);
                writer.Fixed((ulong)grant.Id);
                writer.Number(grant.TtlSeconds);
                break;
            case LeaseRevokeCommand revoke:
                writer.Byte((byte)CommandKind.LeaseRevoke);
                writer.Fixed((ulong)revoke.Id);
                break;
            case LeaseCheckpointCommand checkpoint:
                Write(writer, checkpoint);
                break;
            case AlarmCommand alarm:
                writer.Byte((byte)CommandKind.Alarm);
                writer.Byte((byte)alarm.Action);
                writer.Fixed(alarm.Member);
                writer.Byte((byte)alarm.Kind);
                break;
            case MetadataWriteCommand metadata:
                writer.Byte((byte)CommandKind.MetadataWrite);
                MetadataWriteCodec.Write(writer, metadata);
                break;
            case PartitionCommand partition:
                PartitionCommandCodec.Write(writer, partition);
                break;
            case SharedLeaseCommand lease:
                SharedLeaseCodec.Write(writer, lease);
                break;
            default:
                throw new ArgumentException($"{command.GetType().Name} has no encoding.", nameof(command));
        }
    }

    /// <summary>Reads a command. Values are slices of <paramref name="source"/>, which must not change afterwards.</summary>
    /// <exception cref="FormatException">The bytes are no command of a known version.</exception>
    public static Command Decode(ReadOnlyMemory<byte> source)
    {
        var reader = new FieldReader(source);
        byte version = reader.Byte();
        if (version != Version)
        {
            throw new FormatException($"The command has version {version}; this program knows version {Version}.");
        }

        var kind = (CommandKind)reader.Byte();
        Command command = kind switch
        {
            CommandKind.Put => new PutCommand(ReadPut(ref reader)),
            CommandKind.DeleteRange => new DeleteRangeCommand(ReadDelete(ref reader)),
            CommandKind.Txn => new TxnCommand(ReadTxn(ref reader, 0)),
            CommandKind.Compact => new CompactCommand(reader.Number()),
            CommandKind.LeaseGrant => new LeaseGrantCommand((long)reader.Fixed(), reader.Number()),
            CommandKind.LeaseRevoke => new LeaseRevokeCommand((long)reader.Fixed()),
            CommandKind.LeaseCheckpoint => ReadCheckpoint(ref reader),
            CommandKind.Alarm => new AlarmCommand((AlarmAction)reader.Byte(), reader.Fixed(), (AlarmKind)reader.Byte()),
            CommandKind.MetadataWrite => MetadataWriteCodec.Read(ref reader),
            >= CommandKind.DelegatePrefix and <= CommandKind.AdoptPrefix => PartitionCommandCodec.Read(kind, ref reader),
            >= CommandKind.LeaseAttach and <= CommandKind.RevocationsFinished => SharedLeaseCodec.Read(kind, ref reader),
            _ => throw new FormatException($"There is no command of kind {(byte)kind}."),
        };
        return reader.IsAtEnd ? command : throw new FormatException($"Bytes follow after the end of the {kind} command.");
    }

    private static void Write(FieldWriter writer, Operation operation)
    {
        switch (operation)
        {
            case PutOperation put:
                writer.Byte((byte)CommandKind.Put);
                writer.Bytes(put.Key);
                writer.Bytes(put.Value.Span);
                writer.Fixed((ulong)put.Lease);
                writer.Byte((byte)((put.ReturnPrevious ? 1 : 0) | (put.IgnoreValue ? 2 : 0) | (put.IgnoreLease ? 4 : 0)));
                break;
            case DeleteRangeOperation delete:
                writer.Byte((byte)CommandKind.DeleteRange);
                writer.Range(delete.Range);
                writer.Flag(delete.ReturnPrevious);
                break;
            case RangeOperation range:
                Write(writer, range);
                break;
            case TxnOperation txn:
                Write(writer, txn);
                break;
            default:
                throw new ArgumentException($"{operation.GetType().Name} has no encoding.", nameof(operation));
        }
    }

    private static void Write(FieldWriter writer, RangeOperation range)
    {
        writer.Byte((byte)CommandKind.Range);
        writer.Range(range.Range);
        writer.Number(range.Revision);
        writer.Number(range.Limit);
        writer.Byte((byte)range.Order);
        writer.Byte((byte)range.Target);
        writer.Flag(range.KeysOnly);
        writer.Flag(range.CountOnly);
        writer.Number(range.MinModRevision);
        writer.Number(range.MaxModRevision);
        writer.Number(range.MinCreateRevision);
        writer.Number(range.MaxCreateRevision);
    }

    private static void Write(FieldWriter writer, TxnOperation txn)
    {
        writer.Byte((byte)CommandKind.Txn);
        writer.Number((ulong)txn.Comparisons.Count);
        foreach (var comparison in txn.Comparisons)
        {
            writer.Range(comparison.Range);
            writer.Number((long)comparison.Target);
            writer.Number((long)comparison.Result);
            writer.Number(comparison.Number);
            writer.Bytes(comparison.Value.Span);
        }

        Write(writer, txn.Success);
        Write(writer, txn.Failure);
    }

    private static void Write(FieldWriter writer, IReadOnlyList<Operation> operations)
    {
        writer.Number((ulong)operations.Count);
        foreach (var operation in operations)
        {
            Write(writer, operation);
        }
    }

    private static void Write(FieldWriter writer, LeaseCheckpointCommand checkpoint)
    {
        writer.Byte((byte)CommandKind.LeaseCheckpoint);
        writer.Number((ulong)checkpoint.Remaining.Count);
        foreach (var lease in checkpoint.Remaining)
        {
            writer.Fixed((ulong)lease.Id);
            writer.Number(lease.Seconds);
        }
    }

    private static PutOperation ReadPut(ref FieldReader reader)
    {
        byte[] key = reader.Bytes().ToArray();
        var value = reader.Bytes();
        long lease = (long)reader.Fixed();
        byte flags = reader.Byte();
        return flags < 8
            ? new PutOperation(key, value, lease, (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0)
            : throw new FormatException($"A put has no flags {flags}.");
    }

    private static DeleteRangeOperation ReadDelete(ref FieldReader reader) => new(reader.Range(), reader.Flag());

    private static RangeOperation ReadRange(ref FieldReader reader) => new(reader.Range())
    {
        Revision = reader.Number(),
        Limit = reader.Number(),
        Order = (SortOrder)reader.Byte(),
        Target = (SortTarget)reader.Byte(),
        KeysOnly = reader.Flag(),
        CountOnly = reader.Flag(),
        MinModRevision = reader.Number(),
        MaxModRevision = reader.Number(),
        MinCreateRevision = reader.Number(),
        MaxCreateRevision = reader.Number(),
    };

    private static TxnOperation ReadTxn(ref FieldReader reader, int depth)
    {
        if (depth > NestingMax)
        {
            throw new FormatException($"Transactions are nested more than {NestingMax} deep.");
        }

        var comparisons = new Comparison[reader.Count()];
        for (int i = 0; i < comparisons.Length; i++)
        {
            comparisons[i] = new Comparison(
                reader.Range(), (CompareTarget)reader.Number(), (CompareResult)reader.Number(), reader.Number(), reader.Bytes());
        }

        return new TxnOperation(comparisons, ReadOperations(ref reader, depth), ReadOperations(ref reader, depth));
    }

    private static Operation[] ReadOperations(ref FieldReader reader, int depth)
    {
        var operations = new Operation[reader.Count()];
        for (int i = 0; i < operations.Length; i++)
        {
            var kind = (CommandKind)reader.Byte();
            operations[i] = kind switch
            {
                CommandKind.Put => ReadPut(ref reader),
                CommandKind.DeleteRange => ReadDelete(ref reader),
                CommandKind.Range => ReadRange(ref reader),
                CommandKind.Txn => ReadTxn(ref reader, depth + 1),
                _ => throw new FormatException($"There is no operation of kind {(byte)kind}."),
            };
        }

        return operations;
    }

    private static LeaseCheckpointCommand ReadCheckpoint(ref FieldReader reader)
    {
        var remaining = new LeaseRemaining[reader.Count()];
        for (int i = 0; i < remaining.Length; i++)
        {
            remaining[i] = new LeaseRemaining((long)reader.Fixed(), reader.Number());
        }

        return new LeaseCheckpointCommand(remaining);
    }
}
