using Coordination.Raft;
using Coordination.StateMachine;
using Coordination.StateMachine.Model;

namespace Coordination.Simulation;

/// <summary>
/// What the product's state machine must answer and show at each position of the history: the naive one, which is given the same commands
/// once, remembers every answer and forgets no revision.
/// </summary>
internal sealed class StoreModel : IStateModel
{
    private readonly NaiveState _naive = new();
    private readonly List<Position> _positions = [];
    private readonly Dictionary<(long Revision, long CompactRevision), uint> _hashes = [];
    private readonly RandomCommands _reads;
    private readonly WorldStatistics _statistics;

    /// <summary>Begins before the first entry.</summary>
    public StoreModel(WorldServices world)
    {
        _reads = new RandomCommands(new StandardRandom(world.StateRandom));
        _statistics = world.Statistics;
        _positions.Add(new Position(null, null, _naive.Moment));
    }

    /// <inheritdoc/>
    public void Apply(Entry entry)
    {
        var command = entry.Kind == EntryKind.Command ? CommandCodec.Decode(entry.Data) : null;
        ApplyResult? result = command is null ? null : _naive.Apply(entry.Index.Value, command);
        _positions.Add(new Position(command, result, _naive.Moment));
    }

    /// <inheritdoc/>
    public void OnApplied(ReplicaRecord replica, IAppliedState state)
    {
        var position = At(state.Applied);
        if (((IStoreState)state).LastResult is { } result && !Answers.AreEqual(result, position.Result ?? default))
        {
            throw new ViolationException(
                Rules.AppliedResult,
                $"{replica} answers {position.Command} at {state.Applied} with {Answers.Describe(result)} "
                + $"instead of {Answers.Describe(position.Result ?? default)}.");
        }
    }

    /// <inheritdoc/>
    public void OnRead(ReplicaRecord replica, IAppliedState state, LogIndex floor)
    {
        long shown = ((IStoreState)state).State.View.Revision;
        if (shown < At(floor).Moment.Revision)
        {
            throw new ViolationException(
                Rules.LinearizableRead, $"{replica} shows revision {shown} to a reader who knows revision {At(floor).Moment.Revision}.");
        }

        long metadata = ((StoreReplica)state).State.View.Metadata.Version;
        if (metadata < At(floor).Moment.MetadataVersion)
        {
            throw new ViolationException(
                Rules.LinearizableRead,
                $"{replica} shows version {metadata} of the cluster's metadata to a reader who knows {At(floor).Moment.MetadataVersion}.");
        }

        Comparison(replica, state).Read();
    }

    /// <inheritdoc/>
    public void Compare(ReplicaRecord replica, IAppliedState state)
    {
        _statistics.Comparisons++;
        Comparison(replica, state).CompareAll();
        CompareHash(replica, ((IStoreState)state).State.View);
    }

    /// <summary>The hash of the history that may be read is what the first replica said that was asked for the same.</summary>
    private void CompareHash(ReplicaRecord replica, StoreView view)
    {
        var error = view.Hash(0, out uint hash);
        var asked = (view.Revision, view.CompactRevision);
        if (error != ApplyError.None || (!_hashes.TryAdd(asked, hash) && _hashes[asked] != hash))
        {
            throw new ViolationException(
                Rules.StateContent,
                $"{replica} has the hash {hash} ({error}) at revision {view.Revision} compacted at {view.CompactRevision}, "
                + $"another replica {_hashes.GetValueOrDefault(asked)}.");
        }
    }

    private StoreComparison Comparison(ReplicaRecord replica, IAppliedState state) =>
        new(replica, (IStoreState)state, _naive, At(state.Applied).Moment, _reads);

    /// <summary>What the command at a position gives.</summary>
    public ApplyResult ResultAt(LogIndex index) => At(index).Result ?? default;

    /// <summary>The command at a position, or null.</summary>
    public Command? CommandAt(LogIndex index) => At(index).Command;

    /// <summary>What the state is at a position.</summary>
    public NaiveMoment MomentAt(LogIndex index) => At(index).Moment;

    /// <summary>The changes of a revision that is part of the history, in order of the keys.</summary>
    public IEnumerable<KeyValue> ChangesAt(long revision) => _naive.ChangesFrom(revision, _naive.Moment with { Revision = revision });

    /// <summary>What a range of a view has to show.</summary>
    public (ApplyError Error, RangeResult Result) Read(RangeOperation range, StoreView view) =>
        _naive.Read(range, _naive.Moment with { Revision = view.Revision, CompactRevision = view.CompactRevision });

    private Position At(LogIndex index) => _positions[(int)index.Value];

    private sealed record Position(Command? Command, ApplyResult? Result, NaiveMoment Moment);
}
