using Coordination.Raft;
using Coordination.Simulation;

namespace Coordination.Storage.Tests;

/// <summary>
/// Does random things to a log and the same to a <see cref="ModelLog"/>, and remembers the state after every batch since the last sync:
/// after a crash the log must hold one of these.
/// </summary>
internal sealed class WalWorkload(SimulationRandom random)
{
    private readonly List<string> _possible = [];
    private ModelLog _model = new();

    /// <summary>What was done, for the message of a failure.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>The states the log may hold after a crash, oldest first.</summary>
    public IReadOnlyList<string> Possible => _possible;

    /// <summary>Goes on from what a log held when it was opened.</summary>
    public void Restart(WalRecovery recovery)
    {
        _model = ModelLog.From(recovery);
        _possible.Clear();
        _possible.Add(_model.Describe());
        Steps.Add("open");
    }

    public void Step(WriteAheadLog log)
    {
        switch (random.Next(20))
        {
            case 0:
                CreateOrDrop(log);
                break;
            case 1:
                Compact(log);
                break;
            case 2:
                InstallSnapshot(log);
                break;
            case < 6:
                WriteBatch(log);
                break;
            case < 9:
                WriteBatch(log);
                Sync(log);
                break;
            case 9:
                Steps.Add("purge");
                _possible.Add(_model.Describe());
                log.Purge();
                break;
            default:
                AppendEntries(log);
                break;
        }
    }

    public void WriteBatch(WriteAheadLog log)
    {
        Steps.Add("write");
        _possible.Add(_model.Describe());
        log.WriteBatch();
    }

    public void Sync(WriteAheadLog log)
    {
        Steps.Add("sync");
        string written = _possible[^1];
        log.Sync();
        _possible.Clear();
        _possible.Add(written);
    }

    private void CreateOrDrop(WriteAheadLog log)
    {
        var id = new PartitionId((uint)random.Next(4));
        if (_model.Contains(id))
        {
            if (random.Chance(500))
            {
                Steps.Add($"drop {id}");
                _model.Drop(id);
                log.DropPartition(id);
            }

            return;
        }

        var start = WalFixture.Snapshot((ulong)random.Next(3) * 5, 1);
        var state = default(HardState);
        if (Steps.Count % 3 == 0)
        {
            // Takes the place of an earlier replica.
            start = new SnapshotMetadata(default, default, Membership.Empty);
            state = WalFixture.State(3, 0, 0) with { Floor = new Term(2) };
        }

        Steps.Add($"create {id} {state}");
        _model.Create(id, start, state);
        log.CreatePartition(id, start, state);
    }

    private void AppendEntries(WriteAheadLog log)
    {
        if (!TryPick(out var id, out var partition))
        {
            return;
        }

        // Mostly at the end; sometimes from inside the log, in a new term, as after a change of leader. Never over committed entries.
        var last = partition.LastIndex;
        var first = last.Next();
        ulong term = Math.Max(partition.HardState.Term.Value, partition.TermAt(last).Value);
        var lowest = LogIndex.Max(partition.Base.Index, partition.HardState.Commit).Next();
        if (random.Chance(250) && lowest <= last)
        {
            first = lowest + random.Next((int)(last - lowest) + 1);
            term++;
        }

        int count = random.Next(5);
        int dataBytes = random.Chance(50) ? random.Next(3000) : random.Next(200);
        var entries = count == 0 ? [] : WalFixture.Entries(first.Value, count, Math.Max(term, 1), dataBytes);
        var newLast = count == 0 ? last : entries[^1].Index;
        HardState? state = random.Chance(400) || term > partition.HardState.Term.Value
            ? NextState(partition.HardState, term, newLast)
            : null;
        Append(log, id, new PersistRequest(1, state, null, entries, MustSync: true));
    }

    private void InstallSnapshot(WriteAheadLog log)
    {
        if (!TryPick(out var id, out var partition))
        {
            return;
        }

        var index = LogIndex.Max(partition.LastIndex, partition.HardState.Commit) + random.Next(1, 10);
        ulong term = Math.Max(1, Math.Max(partition.HardState.Term.Value, partition.TermAt(partition.LastIndex).Value));
        var entries = random.NextBool() ? WalFixture.Entries(index.Value + 1, 2, term) : [];
        var state = partition.HardState with { Term = new Term(term), Vote = VoteFor(partition.HardState, term), Commit = index };
        Append(log, id, new PersistRequest(1, state, WalFixture.Snapshot(index.Value, term), entries, MustSync: true));
    }

    private void Compact(WriteAheadLog log)
    {
        if (!TryPick(out var id, out var partition))
        {
            return;
        }

        var index = partition.Base.Index + random.Next((int)(partition.LastIndex - partition.Base.Index) + 1);
        var snapshot = new SnapshotMetadata(index, partition.TermAt(index), WalFixture.ThreeVoters);
        Steps.Add($"compact {id} to {index}");
        _model.Compact(id, snapshot);
        log.Compact(id, snapshot);
    }

    private void Append(WriteAheadLog log, PartitionId id, PersistRequest request)
    {
        string entries = string.Join(' ', request.Entries.ToArray().AsEnumerable());
        Steps.Add($"append {id}: {request.HardState} {request.Snapshot?.Index} {entries}");
        _model.Append(id, request);
        log.Append(id, request);
    }

    private HardState NextState(HardState state, ulong term, LogIndex last)
    {
        var commit = last > state.Commit ? state.Commit + random.Next((int)(last - state.Commit) + 1) : state.Commit;
        return state with { Term = new Term(term), Vote = VoteFor(state, term), Commit = commit };
    }

    private ReplicaId VoteFor(HardState state, ulong term) =>
        term == state.Term.Value && state.Vote.IsSome ? state.Vote : new ReplicaId((ulong)random.Next(4));

    private bool TryPick(out PartitionId id, out ModelPartition partition)
    {
        id = default;
        partition = new ModelPartition(default, WalFixture.Start(), []);
        if (_model.Ids.Count == 0)
        {
            return false;
        }

        id = _model.Ids.ElementAt(random.Next(_model.Ids.Count));
        partition = _model[id];
        return true;
    }
}
