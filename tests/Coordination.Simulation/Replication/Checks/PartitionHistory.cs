using System.Runtime.InteropServices;
using Coordination.Raft;
using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>
/// The history of a partition as its clients see it: which proposal stands at which position, what clients were told, and what they have
/// to see from then on. A client's bytes are recognised by the array that holds them, until a position and a term stand for them.
/// </summary>
internal sealed class PartitionHistory
{
    private readonly WorldServices _world;
    private readonly PartitionChecks _checks;
    private readonly Dictionary<byte[], ProposalCall> _byBytes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(LogIndex Index, Term Term), ProposalCall> _byPosition = [];
    private readonly List<LogIndex> _byRevision = [LogIndex.None, LogIndex.None];
    private readonly List<(ReadOnlyMemory<byte> Key, string Text)[]> _events = [[], []];
    private LogIndex _seen;

    /// <summary>Begins before the first entry.</summary>
    public PartitionHistory(WorldServices world, int partition, IReadOnlyList<Machine> machines)
    {
        _world = world;
        Partition = partition;
        _checks = world.Checks[partition];
        Model = (StoreModel)_checks.Canonical.Model;
        Leases = new LeaseChecker(world, Model, machines);
    }

    /// <summary>Which partition's.</summary>
    public int Partition { get; }

    /// <summary>What the state is at each position.</summary>
    public StoreModel Model { get; }

    /// <summary>The checker of leases.</summary>
    public LeaseChecker Leases { get; }

    /// <summary>The last position that anybody was told of.</summary>
    public LogIndex Floor { get; private set; }

    /// <summary>The last committed position.</summary>
    public LogIndex Last => _checks.Canonical.LastIndex;

    /// <summary>The last revision of the committed history.</summary>
    public long Revision => _events.Count - 1;

    /// <summary>A client proposes.</summary>
    public ProposalCall Begin(byte[] command)
    {
        var call = new ProposalCall(Floor);
        _byBytes.Add(command, call);
        return call;
    }

    /// <summary>A replica writes an entry: if a client proposed it, it has a place in a log now.</summary>
    public void OnAppended(Machine machine, Entry entry)
    {
        var place = (entry.Index, entry.Term);
        if (entry.Kind != EntryKind.Command || _byPosition.ContainsKey(place))
        {
            return;
        }

        if (MemoryMarshal.TryGetArray(entry.Data, out var bytes) && bytes.Array is { } array && _byBytes.TryGetValue(array, out var call))
        {
            _byPosition.Add(place, call);
        }
        else
        {
            Leases.OnProposed(machine, entry);
        }
    }

    /// <summary>Looks at what was committed since the last time.</summary>
    public void OnCommitted()
    {
        while (_seen < Last)
        {
            _seen = _seen.Next();
            var term = _checks.Canonical[_seen].Entry.Term;
            if (_byPosition.GetValueOrDefault((_seen, term)) is { } call)
            {
                OnCommitted(call);
            }

            Leases.OnCommitted(_seen, term);
            for (long revision = Revision + 1; revision <= Model.MomentAt(_seen).Revision; revision++)
            {
                _byRevision.Add(_seen);
                _events.Add([.. Model.ChangesAt(revision).Select(change => ((ReadOnlyMemory<byte>)change.Key, WatchEventText.Of(change)))]);
            }
        }
    }

    /// <summary>A client was told what became of its proposal.</summary>
    public void OnEnded(HostedReplica replica, ProposalCall call, ProposalOutcome outcome)
    {
        call.End = outcome.End;
        switch (outcome.End)
        {
            case ProposalEnd.Applied when !call.Position.IsSome:
                throw Broken($"{replica} says that a proposal is applied, which is not in the history.");
            case ProposalEnd.Applied when call.Position <= call.Floor:
                throw Broken($"{replica} applied a proposal at {call.Position}, but {call.Floor} was known when it began.");
            case ProposalEnd.Applied:
                var expected = Model.ResultAt(call.Position);
                if (!StateMachine.Model.Answers.AreEqual(outcome.Result, expected))
                {
                    throw Broken(
                        $"{replica} answers {Model.CommandAt(call.Position)} at {call.Position} with "
                        + $"{StateMachine.Model.Answers.Describe(outcome.Result)} instead of {StateMachine.Model.Answers.Describe(expected)}.");
                }

                Floor = LogIndex.Max(Floor, call.Position);
                _world.Statistics.WritesAcknowledged++;
                break;
            case ProposalEnd.NotLeader or ProposalEnd.TooManyRequests or ProposalEnd.Superseded when call.Position.IsSome:
                throw Broken($"{replica} says {outcome.End} of a proposal that is in the history at {call.Position}.");
            default:
                break;
        }
    }

    /// <summary>A client that knew of <paramref name="floor"/> when it asked was given a view.</summary>
    public void OnRead(HostedReplica replica, LogIndex floor, StoreView view, RangeOperation range)
    {
        if (view.Revision < Model.MomentAt(floor).Revision || view.Revision > Revision)
        {
            throw new ViolationException(
                Rules.LinearizableRead,
                $"{replica} shows revision {view.Revision} of {Revision} to a reader who knows revision {Model.MomentAt(floor).Revision}.");
        }

        Floor = LogIndex.Max(Floor, _byRevision[(int)view.Revision]);
        _world.Statistics.ReadsAnswered++;
        var (expectedError, expected) = Model.Read(range, view);
        var error = view.Read(range, out var result);
        bool isRight = error == expectedError
            && (error != ApplyError.None || StateMachine.Model.Answers.AreEqual(expected, result));
        if (!isRight && !view.IsOvertaken)
        {
            throw new ViolationException(
                Rules.StateContent,
                $"{replica} reads {range} at revision {view.Revision} as {error} {StateMachine.Model.Answers.Describe(result)} instead of "
                + $"{expectedError} {StateMachine.Model.Answers.Describe(expected)}.");
        }
    }

    /// <summary>What a watcher of a range has to be told of a revision.</summary>
    public IEnumerable<string> EventsOf(long revision, KeyRange range) =>
        _events[(int)revision].Where(change => range.Contains(change.Key.Span)).Select(change => change.Text);

    private static ViolationException Broken(string message) => new(Rules.ProposalOutcome, message);

    private void OnCommitted(ProposalCall call)
    {
        if (call.Position.IsSome)
        {
            throw Broken($"p{Partition}: a proposal is in the history at {call.Position} and at {_seen}.");
        }

        if (call.End is ProposalEnd.NotLeader or ProposalEnd.TooManyRequests or ProposalEnd.Superseded)
        {
            throw Broken($"p{Partition}: the proposal at {_seen} was said to have come to nothing: {call.End}.");
        }

        call.Position = _seen;
    }
}
