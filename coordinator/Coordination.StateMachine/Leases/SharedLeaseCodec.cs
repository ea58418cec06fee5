namespace Coordination.StateMachine;

/// <summary>The kind and fields of a <see cref="SharedLeaseCommand"/>, as <see cref="CommandCodec"/> writes and reads them.</summary>
internal static class SharedLeaseCodec
{
    public static void Write(FieldWriter writer, SharedLeaseCommand command)
    {
        switch (command)
        {
            case LeaseAttachCommand attach:
                writer.Byte((byte)CommandKind.LeaseAttach);
                writer.Fixed((ulong)attach.Lease);
                writer.Number((ulong)attach.Partition);
                break;
            case LeaseShadowCommand shadow:
                writer.Byte((byte)CommandKind.LeaseShadow);
                writer.Fixed((ulong)shadow.Lease);
                writer.Number(shadow.Incarnation);
                writer.Number(shadow.Token);
                break;
            case LeaseEndCommand end:
                writer.Byte((byte)CommandKind.LeaseEnd);
                writer.Fixed((ulong)end.Lease);
                writer.Number(end.Incarnation);
                writer.Number(end.Token);
                break;
            case RevocationsFinishedCommand done:
                writer.Byte((byte)CommandKind.RevocationsFinished);
                Write(writer, done.Finished);
                break;
            default:
                throw new ArgumentException($"{command.GetType().Name} has no encoding.", nameof(command));
        }
    }

    public static SharedLeaseCommand Read(CommandKind kind, ref FieldReader reader) => kind switch
    {
        CommandKind.LeaseAttach => new LeaseAttachCommand((long)reader.Fixed(), reader.Partition()),
        CommandKind.LeaseShadow => new LeaseShadowCommand((long)reader.Fixed(), reader.Unsigned(), reader.Unsigned()),
        CommandKind.LeaseEnd => new LeaseEndCommand((long)reader.Fixed(), reader.Unsigned(), reader.Unsigned()),
        CommandKind.RevocationsFinished => ReadFinished(ref reader),
        _ => throw new FormatException($"There is no command of kind {(byte)kind} about leases over partitions."),
    };

    private static void Write(FieldWriter writer, IReadOnlyList<FinishedRevocation> finished)
    {
        writer.Number((ulong)finished.Count);
        foreach (var revocation in finished)
        {
            writer.Fixed((ulong)revocation.Lease);
            writer.Number(revocation.Incarnation);
            writer.Number((ulong)revocation.Partition);
        }
    }

    private static RevocationsFinishedCommand ReadFinished(ref FieldReader reader)
    {
        var finished = new FinishedRevocation[reader.Count()];
        for (int i = 0; i < finished.Length; i++)
        {
            finished[i] = new FinishedRevocation((long)reader.Fixed(), reader.Unsigned(), reader.Partition());
        }

        return new RevocationsFinishedCommand(finished);
    }
}
