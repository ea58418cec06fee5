namespace Coordination.StateMachine.Model;

/// <summary>The end of leases, and leases over partitions, for <see cref="NaiveState"/>.</summary>
internal readonly struct NaiveLeases(NaiveState state)
{
    public ApplyError Revoke(long id, ulong index)
    {
        if (!state.Moment.Leases.TryGetValue(id, out var lease) || lease.IsShadow)
        {
            return ApplyError.LeaseNotFound;
        }

        End(id);
        if (!lease.Partitions.IsEmpty)
        {
            var pending = new PendingRevocation(id, lease.Incarnation, index, lease.Partitions);
            state.Set(state.Moment with { Revocations = state.Moment.Revocations.Add((id, lease.Incarnation), pending) });
        }

        return ApplyError.None;
    }

    public (ApplyError Error, OperationResult? Result) Apply(SharedLeaseCommand command, ulong index)
    {
        var phase = state.Moment.Ownership.Phase;
        if (phase != PartitionPhase.Serving)
        {
            return (phase == PartitionPhase.Retired && command is LeaseEndCommand ? ApplyError.None : ApplyError.WrongPartition, null);
        }

        switch (command)
        {
            case LeaseAttachCommand attach:
                return Attach(attach, index);
            case LeaseShadowCommand shadow:
                return (Shadow(shadow), null);
            case LeaseEndCommand end:
                var ended = state.Moment.Leases.GetValueOrDefault(end.Lease);
                if (ended.IsShadow && (ended.Incarnation == 0 || ended.Incarnation == end.Incarnation))
                {
                    End(end.Lease);
                }

                state.Set(state.Moment with { Watermark = Math.Max(state.Moment.Watermark, end.Token) });
                return default;
            case RevocationsFinishedCommand finished:
                foreach (var one in finished.Finished)
                {
                    Finish(one);
                }

                return default;
            default:
                throw new ArgumentException(command.ToString());
        }
    }

    private (ApplyError Error, OperationResult? Result) Attach(LeaseAttachCommand attach, ulong index)
    {
        if (!state.Moment.Leases.TryGetValue(attach.Lease, out var lease) || lease.IsShadow)
        {
            return (ApplyError.LeaseNotFound, null);
        }

        var attached = lease with { Partitions = PartitionSet.Of([.. lease.Partitions.Ids, attach.Partition]) };
        state.Set(state.Moment with { Leases = state.Moment.Leases.SetItem(lease.Id, attached) });
        return (ApplyError.None, new LeaseAttachResult(lease.Incarnation, index));
    }

    private ApplyError Shadow(LeaseShadowCommand shadow)
    {
        bool exists = state.Moment.Leases.TryGetValue(shadow.Lease, out var lease);
        if (shadow.Token < state.Moment.Watermark || (exists && lease.IsShadow && lease.Incarnation > shadow.Incarnation))
        {
            return ApplyError.LeaseSuperseded;
        }

        if (exists && !lease.IsShadow)
        {
            return ApplyError.LeaseExists;
        }

        if (exists && lease.Incarnation == 0)
        {
            state.Set(state.Moment with { Leases = state.Moment.Leases.SetItem(lease.Id, lease with { Incarnation = shadow.Incarnation }) });
        }
        else if (!exists || lease.Incarnation < shadow.Incarnation)
        {
            End(shadow.Lease);
            var added = new StoredLease(shadow.Lease, 0, 0, shadow.Incarnation, IsShadow: true);
            state.Set(state.Moment with { Leases = state.Moment.Leases.Add(added.Id, added) });
        }

        return ApplyError.None;
    }

    private void Finish(FinishedRevocation finished)
    {
        var revocations = state.Moment.Revocations;
        var key = (finished.Lease, finished.Incarnation);
        if (revocations.TryGetValue(key, out var pending))
        {
            var rest = PartitionSet.Of(pending.Partitions.Ids.Where(id => id != finished.Partition));
            revocations = rest.IsEmpty ? revocations.Remove(key) : revocations.SetItem(key, pending with { Partitions = rest });
            state.Set(state.Moment with { Revocations = revocations });
        }
    }

    /// <summary>Removes a lease, if it is there, with its keys.</summary>
    private void End(long id)
    {
        state.Set(state.Moment with { Leases = state.Moment.Leases.Remove(id) });
        var next = state.Now.Where(pair => pair.Value.Lease != id).ToDictionary();
        if (next.Count != state.Now.Count)
        {
            state.Write(next, isHidden: false);
        }
    }
}
