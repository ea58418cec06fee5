namespace Coordination.StateMachine;

/// <summary>Carries out the commands about leases. Called by <see cref="PartitionState"/> on the applying thread.</summary>
internal sealed class LeaseExecutor(MvccWriter writer, LeaseTable leases, RevocationTable revocations, StateChanges changes)
{
    /// <summary>Creates a lease.</summary>
    /// <param name="grant">Which.</param>
    /// <param name="index">The index of the log entry: the incarnation.</param>
    public ApplyResult Grant(LeaseGrantCommand grant, ulong index)
    {
        // An id whose last lease still has keys elsewhere is taken: they would be taken for keys of the new one.
        if (leases.Exists(grant.Id) || revocations.IsPending(grant.Id))
        {
            return ApplyResult.Refused(ApplyError.LeaseExists);
        }

        leases.Add(new StoredLease(grant.Id, grant.TtlSeconds, 0, index), changes);
        return ApplyResult.Done(null);
    }

    /// <summary>Ends a lease at its home.</summary>
    /// <param name="revoke">Which.</param>
    /// <param name="index">The index of the log entry: the token, if other partitions have to be told.</param>
    public ApplyResult Revoke(LeaseRevokeCommand revoke, ulong index)
    {
        if (!leases.TryFind(revoke.Id, out var lease) || lease.Stored.IsShadow)
        {
            return ApplyResult.Refused(ApplyError.LeaseNotFound);
        }

        End(lease);
        if (!lease.Stored.Partitions.IsEmpty)
        {
            revocations.Add(new PendingRevocation(lease.Id, lease.Stored.Incarnation, index, lease.Stored.Partitions));
        }

        return ApplyResult.Done(null);
    }

    public ApplyResult Checkpoint(LeaseCheckpointCommand checkpoint)
    {
        foreach (var remaining in checkpoint.Remaining)
        {
            if (leases.TryFind(remaining.Id, out var lease) && !lease.Stored.IsShadow)
            {
                leases.Replace(lease.Stored with { RemainingSeconds = remaining.Seconds }, changes);
            }
        }

        return ApplyResult.Done(null);
    }

    /// <summary>Carries out a command about a lease over partitions.</summary>
    /// <param name="command">The command.</param>
    /// <param name="index">The index of the log entry.</param>
    /// <param name="phase">Where the partition is in its life.</param>
    public ApplyResult Apply(SharedLeaseCommand command, ulong index, PartitionPhase phase)
    {
        if (phase != PartitionPhase.Serving)
        {
            // A retired partition has no keys and never will have: there is nothing to end.
            return command is LeaseEndCommand && phase == PartitionPhase.Retired
                ? ApplyResult.Done(null)
                : ApplyResult.Refused(ApplyError.WrongPartition);
        }

        return command switch
        {
            LeaseAttachCommand attach => Attach(attach, index),
            LeaseShadowCommand shadow => Shadow(shadow),
            LeaseEndCommand end => End(end),
            RevocationsFinishedCommand finished => Finish(finished),
            _ => throw new InvariantViolationException($"There is no way to apply a {command.GetType().Name}."),
        };
    }

    private ApplyResult Attach(LeaseAttachCommand attach, ulong index)
    {
        if (!leases.TryFind(attach.Lease, out var lease) || lease.Stored.IsShadow)
        {
            return ApplyResult.Refused(ApplyError.LeaseNotFound);
        }

        leases.Attach(attach.Lease, attach.Partition, changes);
        return ApplyResult.Done(new LeaseAttachResult(lease.Stored.Incarnation, index));
    }

    private ApplyResult Shadow(LeaseShadowCommand shadow)
    {
        if (shadow.Token < revocations.Watermark)
        {
            return ApplyResult.Refused(ApplyError.LeaseSuperseded);
        }

        if (leases.TryFind(shadow.Lease, out var existing))
        {
            if (!existing.Stored.IsShadow)
            {
                return ApplyResult.Refused(ApplyError.LeaseExists);
            }

            if (existing.Stored.Incarnation == 0)
            {
                // It came with keys, which do not say which lease it is: this one, since an id is granted again only when no partition
                // has keys of it any more.
                leases.Replace(existing.Stored with { Incarnation = shadow.Incarnation }, changes);
                return ApplyResult.Done(null);
            }

            if (existing.Stored.Incarnation >= shadow.Incarnation)
            {
                return existing.Stored.Incarnation == shadow.Incarnation
                    ? ApplyResult.Done(null)
                    : ApplyResult.Refused(ApplyError.LeaseSuperseded);
            }

            End(existing);
        }

        leases.Add(new StoredLease(shadow.Lease, 0, 0, shadow.Incarnation, IsShadow: true), changes);
        return ApplyResult.Done(null);
    }

    private ApplyResult End(LeaseEndCommand end)
    {
        if (leases.TryFind(end.Lease, out var lease)
            && lease.Stored.IsShadow
            && (lease.Stored.Incarnation == end.Incarnation || lease.Stored.Incarnation == 0))
        {
            End(lease);
        }

        revocations.Raise(end.Token);
        return ApplyResult.Done(null);
    }

    private ApplyResult Finish(RevocationsFinishedCommand command)
    {
        foreach (var finished in command.Finished)
        {
            revocations.Finish(finished);
        }

        return ApplyResult.Done(null);
    }

    /// <summary>Deletes the keys of a lease, and the lease.</summary>
    private void End(Lease lease)
    {
        foreach (byte[] key in lease.Keys.ToList())
        {
            var existing = writer.FindExisting(key);
            Invariant.Check(existing is not null, $"A key of lease {lease.Id} does not exist.");
            Invariant.Check(existing.Lease == lease.Id, $"A key of lease {lease.Id} is attached to lease {existing.Lease}.");
            writer.Delete(existing);
        }

        leases.Remove(lease.Id, changes);
    }
}
