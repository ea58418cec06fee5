using System.Collections.Immutable;

namespace Coordination.StateMachine.Model;

/// <summary>What is given away and taken over, for <see cref="NaiveState"/>.</summary>
internal readonly struct NaivePartition(NaiveState state)
{
    private NaiveOwnership Ownership => state.Moment.Ownership;

    public (ApplyError Error, OperationResult? Result) Apply(PartitionCommand command)
    {
        switch (command)
        {
            case DelegatePrefixCommand given:
                return Delegate(given);
            case DelegationFinishedCommand finished:
                Finish(finished);
                return default;
            case ReceiveCommand receive:
                return (Receive(receive), null);
            case ServeCommand serve:
                return (Serve(serve), null);
            case RetireCommand:
                return Retire();
            case AdoptPrefixCommand adopt:
                return (Adopt(adopt), null);
            default:
                throw new ArgumentException(command.ToString());
        }
    }

    private (ApplyError Error, OperationResult? Result) Delegate(DelegatePrefixCommand command)
    {
        var same = Find(command.Prefix, command.Target);
        if (Ownership.Phase == PartitionPhase.Serving && same is not null)
        {
            return (ApplyError.None, new DelegateResult(same.Revision, same.Inner));
        }

        if (Ownership.Phase != PartitionPhase.Serving
            || command.Adoptions != Ownership.Adoptions
            || Ownership.Delegations.Any(other => command.Prefix.AsSpan().StartsWith(other.Prefix)))
        {
            return (ApplyError.WrongPartition, null);
        }

        long revision = state.Revision;
        var moved = state.KeysAt(command.Prefix, revision).ToList();
        var inner = Ownership.Delegations.FindAll(other => other.Prefix.AsSpan().StartsWith(command.Prefix));
        Set(Ownership with
        {
            Delegations = Sorted([.. Ownership.Delegations.Except(inner), new Delegation(command.Prefix, command.Target, revision, inner)]),
            Copies = Without(command.Prefix).Add(new PendingCopy(command.Prefix, command.Target, revision)),
        });
        foreach (long id in moved.Select(item => item.Lease).Distinct())
        {
            if (state.Moment.Leases.GetValueOrDefault(id) is { Id: not 0, IsShadow: false } lease)
            {
                var attached = lease with { Partitions = PartitionSet.Of([.. lease.Partitions.Ids, command.Target]) };
                state.Set(state.Moment with { Leases = state.Moment.Leases.SetItem(id, attached) });
            }
        }

        if (moved.Count > 0)
        {
            state.Write(state.Now.Where(pair => !moved.Contains(pair.Value)).ToDictionary(), isHidden: true);
        }

        return (ApplyError.None, new DelegateResult(revision, inner));
    }

    private void Finish(DelegationFinishedCommand command)
    {
        if (Ownership.Copies.Find(copy => copy.Prefix.AsSpan().SequenceEqual(command.Prefix))?.Partition == command.Target)
        {
            Set(Ownership with { Copies = Without(command.Prefix) });
        }
    }

    private ApplyError Receive(ReceiveCommand command)
    {
        if (command.Chunk < Ownership.Chunks)
        {
            return ApplyError.None;
        }

        if (Ownership.Phase != PartitionPhase.Receiving)
        {
            return ApplyError.WrongPartition;
        }

        var names = state.Now.Keys.Order(StringComparer.Ordinal).TakeLast(1)
            .Concat(command.Keys.Select(key => Convert.ToHexString(key.Key.Span)))
            .ToList();
        bool follows = names.Zip(names.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) < 0);
        if (command.Chunk > Ownership.Chunks || !follows)
        {
            return ApplyError.WrongChunk;
        }

        foreach (var key in command.Keys)
        {
            // The keys are there, though nobody may see them, and the revision is the one of an empty state.
            state.Now[Convert.ToHexString(key.Key.Span)] = new KeyValue(
                key.Key.ToArray(), key.Value, key.CreateRevision, key.Revision.Main, key.Version, key.Lease);
            if (key.Lease != 0 && !state.Moment.Leases.ContainsKey(key.Lease))
            {
                var shadow = new StoredLease(key.Lease, 0, 0, IsShadow: true);
                state.Set(state.Moment with { Leases = state.Moment.Leases.Add(shadow.Id, shadow) });
            }
        }

        Set(Ownership with { Chunks = Ownership.Chunks + 1 });
        return ApplyError.None;
    }

    private ApplyError Serve(ServeCommand command)
    {
        if (Ownership.Phase != PartitionPhase.Receiving)
        {
            return Ownership is { Phase: PartitionPhase.Serving, ServedRevision: > 0 } ? ApplyError.None : ApplyError.WrongPartition;
        }

        if (command.Revision < 1 || state.Now.Values.Any(item => item.ModRevision > command.Revision))
        {
            return ApplyError.FutureRevision;
        }

        state.Skip(command.Revision, state.Now);
        Set(Ownership with
        {
            Phase = PartitionPhase.Serving,
            ServedRevision = command.Revision,
            Delegations = Sorted(command.Inner),
        });
        return ApplyError.None;
    }

    private (ApplyError Error, OperationResult? Result) Retire()
    {
        if (Ownership.ServedRevision == 0)
        {
            return (ApplyError.WrongPartition, null);
        }

        if (Ownership.Phase == PartitionPhase.Serving && (state.Now.Count > 0 || !Ownership.Copies.IsEmpty))
        {
            return (ApplyError.NotEmpty, null);
        }

        Set(Ownership with { Phase = PartitionPhase.Retired });
        return (ApplyError.None, new RetireResult(state.Revision, Ownership.Delegations));
    }

    private ApplyError Adopt(AdoptPrefixCommand command)
    {
        if (Ownership.Phase != PartitionPhase.Serving)
        {
            return ApplyError.WrongPartition;
        }

        if (Find(command.Prefix, command.From) is { } adopted)
        {
            state.Skip(command.Revision, state.Now);
            Set(Ownership with
            {
                Delegations = Sorted([.. Ownership.Delegations.Remove(adopted), .. command.Inner]),
                Copies = Without(command.Prefix),
                Adoptions = Ownership.Adoptions + 1,
            });
        }

        return ApplyError.None;
    }

    private Delegation? Find(byte[] prefix, uint partition) =>
        Ownership.Delegations.Find(other => other.Partition == partition && other.Prefix.AsSpan().SequenceEqual(prefix));

    private ImmutableList<PendingCopy> Without(byte[] prefix) =>
        Ownership.Copies.RemoveAll(copy => copy.Prefix.AsSpan().SequenceEqual(prefix));

    private void Set(NaiveOwnership ownership) => state.Set(state.Moment with { Ownership = ownership });

    private static ImmutableList<Delegation> Sorted(IEnumerable<Delegation> delegations) =>
        [.. delegations.OrderBy(delegation => Convert.ToHexString(delegation.Prefix), StringComparer.Ordinal)];
}
