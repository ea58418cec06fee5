namespace Coordination.StateMachine.Model;

/// <summary>
/// Draws the commands of clients, and between them those that move keys and leases between partitions: mostly ones that have an effect,
/// in the order in which they come, and some that are repeated, late or early.
/// </summary>
internal sealed class RandomPartitionCommands(Random random)
{
    private static readonly byte[][] Prefixes =
        [[0], [1], [1, 0], [1, 0, 7], [2], [255], [255, 255], "a"u8.ToArray(), "ab"u8.ToArray(), "b"u8.ToArray()];

    private static readonly byte[][] Keys =
        [[0], [0, 0], [1], [1, 0], [1, 1], [2], [2, 255], "a"u8.ToArray(), "ab"u8.ToArray(), "b"u8.ToArray(), [255], [255, 255]];

    private readonly RandomCommands _clients = new(random);
    private int _sub;

    /// <summary>A read of a client.</summary>
    public RangeOperation Range(long revision) => _clients.Range(revision);

    /// <summary>The next command for a state.</summary>
    public Command Next(NaiveState state) => random.Next(100) switch
    {
        < 55 when state.Moment.Ownership.Phase == PartitionPhase.Receiving => Receiving(state),
        < 60 => _clients.NextCommand(state.Revision, state.Moment.MetadataVersion),
        < 80 => Lease(state),
        < 86 => new DelegatePrefixCommand(Prefix(), Partition(), state.Moment.Ownership.Adoptions + (random.Next(5) / 4)),
        < 90 => Finished(state.Moment.Ownership),
        < 96 => Adopt(state),
        < 97 => new RetireCommand(),
        < 98 => new DeleteRangeCommand(new DeleteRangeOperation(KeyRange.Between([], null))),
        _ => Receiving(state),
    };

    private Command Receiving(NaiveState state) => random.Next(8) switch
    {
        0 => new ServeCommand(random.NextInt64(8, 30), Inner(Prefix())),
        1 => Receive(random.NextInt64(state.Moment.Ownership.Chunks + 2), []),
        _ => Receive(state.Moment.Ownership.Chunks, state.Now.Keys),
    };

    /// <summary>A few keys in order, mostly behind those that are there.</summary>
    private ReceiveCommand Receive(long chunk, IEnumerable<string> present)
    {
        string last = present.Append(string.Empty).Max(StringComparer.Ordinal)!;
        bool follows = random.Next(8) != 0;
        var keys = Keys
            .Where(key => !follows || string.CompareOrdinal(Convert.ToHexString(key), last) > 0)
            .Where(_ => random.Next(3) == 0)
            .Take(2);
        return new ReceiveCommand(chunk, [.. keys.Select(Received)]);
    }

    private StoredVersion Received(byte[] key)
    {
        long main = random.NextInt64(2, 20);
        byte[] value = [(byte)random.Next(3)];
        return new StoredVersion(
            new Revision(main, _sub++), key, value, random.NextInt64(1, main + 1), random.Next(1, 4), random.Next(2) * LeaseId());
    }

    private DelegationFinishedCommand Finished(NaiveOwnership ownership) =>
        ownership.Copies.IsEmpty || random.Next(5) == 0
            ? new DelegationFinishedCommand(Prefix(), Partition())
            : Finished(ownership.Copies[random.Next(ownership.Copies.Count)]);

    private static DelegationFinishedCommand Finished(PendingCopy copy) => new(copy.Prefix, copy.Partition);

    private AdoptPrefixCommand Adopt(NaiveState state)
    {
        var delegations = state.Moment.Ownership.Delegations;
        var (prefix, partition) = delegations.IsEmpty || random.Next(5) == 0
            ? (Prefix(), Partition())
            : Named(delegations[random.Next(delegations.Count)]);
        return new AdoptPrefixCommand(prefix, partition, random.NextInt64(1, state.Revision + 4), Inner([.. prefix, 0]));
    }

    private static (byte[] Prefix, uint Partition) Named(Delegation delegation) => (delegation.Prefix, delegation.Partition);

    private Delegation[] Inner(byte[] prefix) =>
        random.Next(3) == 0 ? [new Delegation(prefix, Partition(), random.NextInt64(1, 8), [])] : [];

    private SharedLeaseCommand Lease(NaiveState state) => random.Next(10) switch
    {
        < 3 => new LeaseAttachCommand(LeaseId(), Partition()),
        < 6 => new LeaseShadowCommand(LeaseId(), Incarnation(), Token(state)),
        < 8 => new LeaseEndCommand(LeaseId(), Incarnation(), Token(state)),
        _ => new RevocationsFinishedCommand(
        [
            .. state.Moment.Revocations.Values
                .Where(_ => random.Next(2) == 0)
                .Select(pending => new FinishedRevocation(pending.Lease, pending.Incarnation, Partition())),
        ]),
    };

    private ulong Token(NaiveState state) => (ulong)random.NextInt64((long)state.Moment.Watermark + 3);

    private ulong Incarnation() => (ulong)random.Next(4);

    private byte[] Prefix() => Prefixes[random.Next(Prefixes.Length)];

    private uint Partition() => (uint)random.Next(1, 4);

    private long LeaseId() => random.Next(1, 5);
}
