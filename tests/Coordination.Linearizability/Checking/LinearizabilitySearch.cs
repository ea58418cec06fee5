using System.Diagnostics;

namespace Coordination.Linearizability;

/// <summary>
/// Looks for an order of the operations of one part of a history that the model could have run, and that contradicts no clock: whatever
/// ended before another began comes first. The search of Wing and Gong (Testing and Verifying Concurrent Objects, 1993) with the memory
/// of Lowe (Testing for Linearizability, 2017): a configuration, that is a set of placed operations and the state after them, is looked
/// at once. On top of that:
/// <list type="bullet">
/// <item>Unknown operations are kept apart, since any number of them never happens. A configuration that used fewer of them, all else being
/// equal, can do whatever one that used more can; the latter is dropped. They are tried last, and few before many.</item>
/// <item>A read that fits takes its place at once, without alternatives: whatever could come before it can come after it as well.</item>
/// <item>The configuration with most operations placed goes first.</item>
/// </list>
/// One use, one thread.
/// </summary>
internal sealed class LinearizabilitySearch<TState, TRequest, TAnswer>
    where TState : notnull
    where TRequest : notnull
    where TAnswer : class
{
    private readonly IModel<TState, TRequest, TAnswer> _model;
    private readonly Operation<TRequest, TAnswer>[] _answered;
    private readonly Operation<TRequest, TAnswer>[] _unknown;
    private readonly Dictionary<(IndexSet Placed, TState State), List<IndexSet>> _seen = [];
    private readonly PriorityQueue<Configuration<TState, TRequest, TAnswer>, (int Unplaced, int Used)> _open = new();
    private readonly List<Operation<TRequest, TAnswer>> _candidates = [];
    private readonly List<int> _candidateIndexes = [];

    // The end of the operation that no configuration got past so far.
    private long _deadline = long.MinValue;

    public LinearizabilitySearch(IModel<TState, TRequest, TAnswer> model, IEnumerable<Operation<TRequest, TAnswer>> operations)
    {
        _model = model;
        var byStart = operations.OrderBy(operation => operation.Start).ToLookup(operation => operation.Outcome);
        _answered = [.. byStart[Outcome.Answered]];
        _unknown = [.. byStart[Outcome.Unknown]];
    }

    /// <summary>Configurations found so far.</summary>
    public int Configurations { get; private set; }

    /// <summary>Answered operations in all.</summary>
    public int Operations => _answered.Length;

    /// <summary>After a violation: the configurations that got past most answers and no further, the fullest first.</summary>
    public List<Configuration<TState, TRequest, TAnswer>> DeadEnds { get; } = [];

    /// <summary>What was found by the last <see cref="FindCandidates"/>.</summary>
    public IReadOnlyList<Operation<TRequest, TAnswer>> Candidates => _candidates;

    /// <summary>True when there is an order, false when there is none, null when a limit was reached.</summary>
    public bool? Run(SearchLimits limits, Stopwatch elapsed)
    {
        Add(new(IndexSet.Empty, IndexSet.Empty, _model.Initial, null, null));
        for (int steps = 1; _open.TryDequeue(out var configuration, out _); steps++)
        {
            if (configuration.Placed.Count == _answered.Length)
            {
                return true;
            }

            if (Configurations > limits.ConfigurationsMax || (steps % 256 == 0 && elapsed.Elapsed > limits.TimeMax))
            {
                return null;
            }

            long deadline = FindCandidates(configuration);
            if (configuration.IsWidened)
            {
                AddUnknown(configuration, deadline);
            }
            else if (AddAnswered(configuration))
            {
                NoteDeadEnd(configuration, deadline);
                configuration.IsWidened = true;
                Enqueue(configuration, configuration.Used.Count + 1);
            }
        }

        return false;
    }

    /// <summary>
    /// The answered operations of which one must come next: those that began before the first end of an operation without a place. That end
    /// is returned.
    /// </summary>
    public long FindCandidates(Configuration<TState, TRequest, TAnswer> configuration)
    {
        _candidates.Clear();
        _candidateIndexes.Clear();
        long deadline = long.MaxValue;
        for (int i = configuration.Placed.FirstMissing; i < _answered.Length && _answered[i].Start <= deadline; i++)
        {
            if (!configuration.Placed.Contains(i))
            {
                deadline = Math.Min(deadline, _answered[i].End);
                _candidates.Add(_answered[i]);
                _candidateIndexes.Add(i);
            }
        }

        int inTime = _candidates.FindLastIndex(candidate => candidate.Start <= deadline) + 1;
        _candidates.RemoveRange(inTime, _candidates.Count - inTime);
        _candidateIndexes.RemoveRange(inTime, _candidateIndexes.Count - inTime);
        return deadline;
    }

    /// <summary>Adds what can follow; false when one thing follows without alternatives.</summary>
    private bool AddAnswered(Configuration<TState, TRequest, TAnswer> configuration)
    {
        List<(int Index, TState State)> fitting = [];
        for (int i = 0; i < _candidates.Count; i++)
        {
            Transition<TState, TAnswer> transition = _model.Step(configuration.State, _candidates[i].Request);
            if (!transition.Answer.Equals(_candidates[i].Answer))
            {
                continue;
            }

            if (_model.IsRead(_candidates[i].Request, transition.Answer))
            {
                AddPlaced(configuration, i, transition.State);
                return false;
            }

            fitting.Add((i, transition.State));
        }

        foreach ((int index, TState state) in fitting)
        {
            AddPlaced(configuration, index, state);
        }

        return true;
    }

    private void AddPlaced(Configuration<TState, TRequest, TAnswer> configuration, int candidate, TState state) =>
        Add(new(configuration.Placed.With(_candidateIndexes[candidate]), configuration.Used, state, configuration, _candidates[candidate]));

    private void AddUnknown(Configuration<TState, TRequest, TAnswer> configuration, long deadline)
    {
        for (int i = 0; i < _unknown.Length && _unknown[i].Start <= deadline; i++)
        {
            if (!configuration.Used.Contains(i))
            {
                TState state = _model.Step(configuration.State, _unknown[i].Request).State;
                Add(new(configuration.Placed, configuration.Used.With(i), state, configuration, _unknown[i]));
            }
        }
    }

    private void Add(Configuration<TState, TRequest, TAnswer> configuration)
    {
        var key = (configuration.Placed, configuration.State);
        if (!_seen.TryGetValue(key, out List<IndexSet>? used))
        {
            _seen.Add(key, [configuration.Used]);
        }
        else if (used.Exists(fewer => fewer.IsSubsetOf(configuration.Used)))
        {
            return;
        }
        else
        {
            used.RemoveAll(configuration.Used.IsSubsetOf);
            used.Add(configuration.Used);
        }

        Configurations++;
        Enqueue(configuration, configuration.Used.Count);
    }

    private void Enqueue(Configuration<TState, TRequest, TAnswer> configuration, int used) =>
        _open.Enqueue(configuration, (_answered.Length - configuration.Placed.Count, used));

    private void NoteDeadEnd(Configuration<TState, TRequest, TAnswer> configuration, long deadline)
    {
        const int DeadEndsMax = 1000;
        if (deadline > _deadline)
        {
            _deadline = deadline;
            DeadEnds.Clear();
        }

        if (deadline == _deadline && DeadEnds.Count < DeadEndsMax)
        {
            DeadEnds.Add(configuration);
        }
    }
}
