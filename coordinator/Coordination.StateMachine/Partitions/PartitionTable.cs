using System.Collections.Immutable;

namespace Coordination.StateMachine;

/// <summary>
/// What the partition owns, as the applying thread sees it, and the commands that change it. Each change makes another
/// <see cref="Ownership"/>, so what was published before stays as it was.
/// </summary>
internal sealed class PartitionTable(MvccWriter writer, LeaseTable leases, Compactor compactor, StateChanges changes)
{
    private static readonly IComparer<Delegation> ByPrefix =
        Comparer<Delegation>.Create(static (left, right) => left.Prefix.AsSpan().SequenceCompareTo(right.Prefix));

    /// <summary>What the partition owns after the last command.</summary>
    public Ownership Ownership { get; private set; } = Ownership.Whole;

    /// <summary>How far it is with taking over its first keys.</summary>
    public ReceivedKeys Received { get; private set; } = ReceivedKeys.None;

    /// <summary>Takes over what is stored.</summary>
    public void Restore(Ownership ownership, ReceivedKeys received)
    {
        Ownership = ownership;
        Received = received;
        writer.HoldRevision = ownership.HoldRevision;
    }

    public ApplyResult Apply(PartitionCommand command) => command switch
    {
        DelegatePrefixCommand given => Delegate(given),
        DelegationFinishedCommand finished => Finish(finished),
        ReceiveCommand receive => Receive(receive),
        ServeCommand serve => Serve(serve),
        RetireCommand => Retire(),
        AdoptPrefixCommand adopt => Adopt(adopt),
        _ => throw new InvariantViolationException($"There is no way to apply a {command.GetType().Name}."),
    };

    /// <summary>History was given up: what was hidden in it is forgotten.</summary>
    public void OnCompacted()
    {
        if (!Ownership.HiddenRevisions.IsEmpty && Ownership.HiddenRevisions[0] < writer.CompactRevision)
        {
            Set(Ownership);
        }
    }

    private ApplyResult Delegate(DelegatePrefixCommand command)
    {
        if (Ownership.Phase != PartitionPhase.Serving || command.Prefix.Length == 0)
        {
            return ApplyResult.Refused(ApplyError.WrongPartition);
        }

        foreach (var other in Ownership.Delegations)
        {
            if (Is(other, command.Prefix, command.Target))
            {
                return ApplyResult.Done(new DelegateResult(other.Revision, other.Inner));
            }

            if (command.Prefix.AsSpan().StartsWith(other.Prefix))
            {
                return ApplyResult.Refused(ApplyError.WrongPartition);
            }
        }

        if (command.Adoptions != Ownership.Adoptions)
        {
            return ApplyResult.Refused(ApplyError.WrongPartition);
        }

        var (inner, others) = Split(command.Prefix);
        var delegation = new Delegation(command.Prefix, command.Target, writer.Revision, inner);
        bool hadKeys = MoveAway(delegation);
        Set(Ownership with
        {
            Delegations = Sorted(others.Append(delegation)),
            Copies = WithoutCopy(delegation.Prefix).Add(new PendingCopy(delegation.Prefix, delegation.Partition, delegation.Revision)),
            HiddenRevisions = hadKeys ? Ownership.HiddenRevisions.Add(writer.RevisionInWrite) : Ownership.HiddenRevisions,
        });
        return ApplyResult.Done(new DelegateResult(delegation.Revision, inner)) with { Delegated = delegation };
    }

    /// <summary>Deletes the keys; false when there are none.</summary>
    private bool MoveAway(Delegation delegation)
    {
        var existing = writer.Existing(delegation.Range);
        foreach (var version in existing)
        {
            if (version.Lease != 0)
            {
                leases.Attach(version.Lease, delegation.Partition, changes);
            }

            writer.DeleteHidden(version);
        }

        return existing.Count > 0;
    }

    private ApplyResult Finish(DelegationFinishedCommand command)
    {
        if (Ownership.FindCopy(command.Prefix) is { } copy && copy.Partition == command.Target)
        {
            Set(Ownership with { Copies = WithoutCopy(command.Prefix) });
        }

        return ApplyResult.Done(null);
    }

    private ApplyResult Receive(ReceiveCommand command)
    {
        if (command.Chunk < Received.Chunks)
        {
            return ApplyResult.Done(null);
        }

        if (Ownership.Phase != PartitionPhase.Receiving)
        {
            return ApplyResult.Refused(ApplyError.WrongPartition);
        }

        if (command.Chunk > Received.Chunks || !Follows(command.Keys))
        {
            return ApplyResult.Refused(ApplyError.WrongChunk);
        }

        var (_, lastKey, lastRevision) = Received;
        foreach (var version in command.Keys)
        {
            leases.AddShadowOfUnknown(version.Lease, changes);
            lastKey = writer.Receive(version);
            lastRevision = Math.Max(lastRevision, version.Revision.Main);
        }

        Received = new ReceivedKeys(command.Chunk + 1, lastKey, lastRevision);
        changes.SetPartitionRow(PartitionRows.ReceivedKey, PartitionRows.Encode(Received));
        return ApplyResult.Done(null);
    }

    /// <summary>Whether keys are in order and behind all that were received.</summary>
    private bool Follows(IReadOnlyList<StoredVersion> keys)
    {
        ReadOnlyMemory<byte> before = Received.LastKey;
        foreach (var version in keys)
        {
            if (version.Key.Span.SequenceCompareTo(before.Span) <= 0)
            {
                return false;
            }

            before = version.Key;
        }

        return true;
    }

    private ApplyResult Serve(ServeCommand command)
    {
        if (Ownership.Phase != PartitionPhase.Receiving)
        {
            bool isRepeated = Ownership.Phase == PartitionPhase.Serving && Ownership.ServedRevision > 0;
            return isRepeated ? ApplyResult.Done(null) : ApplyResult.Refused(ApplyError.WrongPartition);
        }

        if (command.Revision < Math.Max(Received.LastRevision, writer.Revision))
        {
            return ApplyResult.Refused(ApplyError.FutureRevision);
        }

        writer.SkipTo(command.Revision);
        writer.CompactRevision = command.Revision;

        // Each key came with one version and none came deleted: there is nothing superseded to look for.
        compactor.RemovedRevision = command.Revision;
        Set(Ownership with { Phase = PartitionPhase.Serving, ServedRevision = command.Revision, Delegations = Sorted(command.Inner) });
        return ApplyResult.Done(null);
    }

    private ApplyResult Retire()
    {
        if (Ownership.Phase == PartitionPhase.Receiving || Ownership.ServedRevision == 0)
        {
            return ApplyResult.Refused(ApplyError.WrongPartition);
        }

        if (Ownership.Phase == PartitionPhase.Serving)
        {
            if (writer.Tree.View().LiveCount > 0 || !Ownership.Copies.IsEmpty)
            {
                return ApplyResult.Refused(ApplyError.NotEmpty);
            }

            Set(Ownership with { Phase = PartitionPhase.Retired });
        }

        return ApplyResult.Done(new RetireResult(writer.Revision, Ownership.Delegations));
    }

    private ApplyResult Adopt(AdoptPrefixCommand command)
    {
        if (Ownership.Phase != PartitionPhase.Serving)
        {
            return ApplyResult.Refused(ApplyError.WrongPartition);
        }

        var adopted = Ownership.Delegations.FirstOrDefault(other => Is(other, command.Prefix, command.From));
        if (adopted is null)
        {
            return ApplyResult.Done(null);
        }

        writer.SkipTo(Math.Max(writer.Revision, command.Revision));
        writer.CompactRevision = writer.Revision;
        Set(Ownership with
        {
            Delegations = Sorted(Ownership.Delegations.Remove(adopted).Concat(command.Inner)),
            Copies = WithoutCopy(adopted.Prefix),
            Adoptions = Ownership.Adoptions + 1,
        });
        return ApplyResult.Done(null) with { Adopted = adopted };
    }

    /// <summary>The delegations inside a prefix, and those that are not.</summary>
    private (Delegation[] Inner, Delegation[] Others) Split(byte[] prefix)
    {
        bool IsInside(Delegation other) => other.Prefix.AsSpan().StartsWith(prefix);
        return ([.. Ownership.Delegations.Where(IsInside)], [.. Ownership.Delegations.Where(other => !IsInside(other))]);
    }

    /// <summary>
    /// The copies but that of a prefix. One that is still there when the prefix is given away again was for an owner that has gone since.
    /// </summary>
    private ImmutableArray<PendingCopy> WithoutCopy(byte[] prefix) =>
        Ownership.Copies.RemoveAll(copy => copy.Prefix.AsSpan().SequenceEqual(prefix));

    private void Set(Ownership next)
    {
        Ownership = next with
        {
            HiddenRevisions = next.HiddenRevisions.RemoveAll(revision => revision < writer.CompactRevision),
        };
        writer.HoldRevision = Ownership.HoldRevision;
        changes.SetPartitionRow(PartitionRows.OwnershipKey, PartitionRows.Encode(Ownership));
    }

    private static ImmutableArray<Delegation> Sorted(IEnumerable<Delegation> delegations) => [.. delegations.Order(ByPrefix)];

    private static bool Is(Delegation delegation, ReadOnlySpan<byte> prefix, uint partition) =>
        delegation.Partition == partition && prefix.SequenceEqual(delegation.Prefix);
}
