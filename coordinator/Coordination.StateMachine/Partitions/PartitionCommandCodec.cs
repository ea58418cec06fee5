namespace Coordination.StateMachine;

/// <summary>The kind and fields of a <see cref="PartitionCommand"/>, as <see cref="CommandCodec"/> writes and reads them.</summary>
internal static class PartitionCommandCodec
{
    public static void Write(FieldWriter writer, PartitionCommand command)
    {
        switch (command)
        {
            case DelegatePrefixCommand given:
                writer.Byte((byte)CommandKind.DelegatePrefix);
                writer.Bytes(given.Prefix);
                writer.Number((ulong)given.Target);
                writer.Number(given.Adoptions);
                break;
            case DelegationFinishedCommand finished:
                writer.Byte((byte)CommandKind.DelegationFinished);
                writer.Bytes(finished.Prefix);
                writer.Number((ulong)finished.Target);
                break;
            case ReceiveCommand receive:
                writer.Byte((byte)CommandKind.Receive);
                Write(writer, receive);
                break;
            case ServeCommand serve:
                writer.Byte((byte)CommandKind.Serve);
                writer.Number(serve.Revision);
                DelegationCodec.Write(writer, serve.Inner);
                break;
            case RetireCommand:
                writer.Byte((byte)CommandKind.Retire);
                break;
            case AdoptPrefixCommand adopt:
                writer.Byte((byte)CommandKind.AdoptPrefix);
                writer.Bytes(adopt.Prefix);
                writer.Number((ulong)adopt.From);
                writer.Number(adopt.Revision);
                DelegationCodec.Write(writer, adopt.Inner);
                break;
            default:
                throw new ArgumentException($"{command.GetType().Name} has no encoding.", nameof(command));
        }
    }

    public static PartitionCommand Read(CommandKind kind, ref FieldReader reader) => kind switch
    {
        CommandKind.DelegatePrefix => new DelegatePrefixCommand(reader.Bytes().ToArray(), reader.Partition(), reader.Number()),
        CommandKind.DelegationFinished => new DelegationFinishedCommand(reader.Bytes().ToArray(), reader.Partition()),
        CommandKind.Receive => ReadReceive(ref reader),
        CommandKind.Serve => new ServeCommand(reader.Number(), DelegationCodec.Read(ref reader)),
        CommandKind.Retire => new RetireCommand(),
        CommandKind.AdoptPrefix => new AdoptPrefixCommand(
            reader.Bytes().ToArray(), reader.Partition(), reader.Number(), DelegationCodec.Read(ref reader)),
        _ => throw new FormatException($"There is no command of kind {(byte)kind} about partitions."),
    };

    private static void Write(FieldWriter writer, ReceiveCommand receive)
    {
        writer.Number(receive.Chunk);
        writer.Number((ulong)receive.Keys.Count);
        foreach (var key in receive.Keys)
        {
            writer.Number(key.Revision.Main);
            writer.Number((ulong)key.Revision.Sub);
            writer.Bytes(key.Key.Span);
            writer.Bytes(key.Value.Span);
            writer.Number(key.CreateRevision);
            writer.Number(key.Version);
            writer.Fixed((ulong)key.Lease);
        }
    }

    private static ReceiveCommand ReadReceive(ref FieldReader reader)
    {
        long chunk = reader.Number();
        var keys = new StoredVersion[reader.Count()];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = ReadKey(ref reader);
        }

        return new ReceiveCommand(chunk, keys);
    }

    /// <summary>Checked, since it goes to the store as it is: a key that exists, created no later than it was last changed.</summary>
    private static StoredVersion ReadKey(ref FieldReader reader)
    {
        long main = reader.Number();
        ulong sub = reader.Unsigned();
        var key = reader.Bytes();
        var value = reader.Bytes();
        long create = reader.Number();
        long version = reader.Number();
        return sub <= int.MaxValue && key.Length > 0 && version > 0 && create > 0 && create <= main
            ? new StoredVersion(new Revision(main, (int)sub), key, value, create, version, (long)reader.Fixed())
            : throw new FormatException("A received key has fields that do not fit together.");
    }
}
