using System.Diagnostics;
using Coordination.Raft;
using Coordination.StateMachine;
using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>
/// Applies committed entries to the state machine, a batch at a time, and tells everybody concerned in the right order. Used by the
/// replica's loop alone, but for what is named published.
/// </summary>
internal sealed class Applier(
    PartitionState initial, LeaseTimers leases, WatchHub watches, PartitionReplicaOptions options, ILogger logger)
{
    private readonly List<(PendingProposal Proposal, ApplyResult Result)> _answers = [];
    private List<AppliedWrite> _writes = [];
    private ulong _publishedIndex = initial.AppliedIndex;
    private Ownership _publishedOwnership = initial.View.Ownership;
    private long _revision = initial.View.Revision;
    private volatile IReadOnlyList<Alarm> _publishedAlarms = initial.Alarms;
    private volatile PartitionState _state = initial;

    public PartitionState State => _state;

    public LeaseTimers Leases => leases;

    public WatchHub Watches => watches;

    public MetadataSignal MetadataChanges { get; } = new(initial.View.Metadata.Version);

    public ReplicaCounters Counters { get; } = new();

    public StoreView View => _state.View;

    public ulong PublishedIndex => Volatile.Read(ref _publishedIndex);

    public IReadOnlyList<Alarm> PublishedAlarms => _publishedAlarms;

    /// <summary>Bytes of the entries applied since the start.</summary>
    public long AppliedBytes { get; private set; }

    /// <summary>Applies a batch of entries, and ends the proposals that they answer.</summary>
    public void Apply(ReadOnlySpan<Entry> entries, ProposalTracker proposals, ForwardTracker forwards)
    {
        long began = Stopwatch.GetTimestamp();
        foreach (var entry in entries)
        {
            var result = Apply(entry, proposals);
            forwards.Note(entry.Index, entry.Term, result);
            AppliedBytes += entry.SizeBytes;
        }

        long committing = Stopwatch.GetTimestamp();
        _state.Commit();
        options.StateCommitted?.Invoke(Stopwatch.GetElapsedTime(committing));
        Volatile.Write(ref _publishedIndex, _state.AppliedIndex);
        MetadataChanges.Publish(View.Metadata.Version);
        if (_writes.Count > 0)
        {
            watches.Publish(_writes);
            _writes = [];
        }

        if (!ReferenceEquals(_publishedOwnership, View.Ownership))
        {
            _publishedOwnership = View.Ownership;
            watches.OwnershipChanged();
        }

        foreach (var (proposal, result) in _answers)
        {
            proposal.TrySetResult(new ProposalOutcome(ProposalEnd.Applied, result, _state.AppliedTerm));
        }

        _answers.Clear();
        var took = Stopwatch.GetElapsedTime(began);
        if (took > options.WarningApplyDuration)
        {
            Counters.OnSlowApply();
            ReplicaLog.SlowApply(logger, took.TotalMilliseconds, entries.Length, _state.AppliedIndex);
        }
    }

    /// <summary>Goes over to another state: a snapshot's.</summary>
    public void Replace(PartitionState state)
    {
        _state = state;
        _publishedAlarms = state.Alarms;
        _publishedOwnership = state.View.Ownership;
        _revision = state.View.Revision;
        Volatile.Write(ref _publishedIndex, state.AppliedIndex);
        MetadataChanges.Publish(state.View.Metadata.Version);
        watches.Missed();
    }

    /// <summary>Removes a slice of what a compaction gave up.</summary>
    public void Compact(int changesMax)
    {
        _state.Compact(changesMax);
        _state.Commit();
    }

    /// <summary>
    /// Ends the proposals whose commands are applied and perhaps not committed to the store: nobody will know. Nothing is applied any more.
    /// </summary>
    public void EndAll(ProposalEnd end)
    {
        foreach (var (proposal, _) in _answers)
        {
            proposal.TrySetResult(new ProposalOutcome(end, default, _state.AppliedTerm));
        }

        _answers.Clear();
        MetadataChanges.Stop();
    }

    private ApplyResult? Apply(Entry entry, ProposalTracker proposals)
    {
        switch (entry.Kind)
        {
            case EntryKind.Command:
                var command = CommandCodec.Decode(entry.Data);
                var result = _state.Apply(entry.Index.Value, entry.Term.Value, command);
                Note(command, result);

                // Taken only now: if applying fails, it is ended with all others that wait.
                if (proposals.Take(entry.Index, entry.Term) is { } proposal)
                {
                    _answers.Add((proposal, result));
                }

                return result;
            case EntryKind.Membership:
                _state.Skip(entry.Index.Value, entry.Term.Value, entry.Data);
                proposals.Take(entry.Index, entry.Term);
                return null;
            default:
                _state.Skip(entry.Index.Value, entry.Term.Value);
                proposals.Take(entry.Index, entry.Term);
                return null;
        }
    }

    private void Note(Command command, ApplyResult result)
    {
        if (result.Error != ApplyError.None)
        {
            if (command is LeaseRevokeCommand refused)
            {
                leases.Refused(refused.Id);
            }

            return;
        }

        Counters.OnApplied(command, result, _state.LastEvents);
        if (_state.LastEvents.Count > 0)
        {
            _writes.Add(new AppliedWrite(result.Revision, [.. _state.LastEvents]));
        }
        else if (result.Revision != _revision || result.Delegated is not null)
        {
            _writes.Add(new AppliedWrite(result.Revision, []) { PreviousRevision = _revision, Delegated = result.Delegated });
        }

        if (result.Adopted is { } adopted)
        {
            watches.Adopting(adopted, result.Revision);
        }

        _revision = result.Revision;

        switch (command)
        {
            case LeaseGrantCommand grant:
                leases.Granted(grant.Id, grant.TtlSeconds);
                break;
            case LeaseRevokeCommand revoke:
                leases.Revoked(revoke.Id);
                break;
            case LeaseCheckpointCommand checkpoint:
                leases.Checkpointed(checkpoint.Remaining);
                break;
            case AlarmCommand:
                _publishedAlarms = _state.Alarms;
                break;
            default:
                break;
        }
    }
}
