namespace Coordination.Linearizability.Tests;

/// <summary>What a <see cref="StoreSimulation"/> is like.</summary>
internal sealed record StoreSimulationOptions
{
    public int Clients { get; init; } = 10;

    public int Keys { get; init; } = 6;

    public int Members { get; init; } = 3;

    public int Operations { get; init; } = 1000;

    public int UnknownPerMille { get; init; } = 50;

    /// <summary>Reads at one member, and reads of the past.</summary>
    public bool HasLocalReads { get; init; } = true;

    /// <summary>How many different values there are; 0 for one of its own for each put.</summary>
    public int Values { get; init; }
}

/// <summary>What a simulation gave.</summary>
/// <param name="History">What clients know.</param>
/// <param name="Events">What really happened, by revision from 2 on.</param>
internal sealed record SimulatedRun(IReadOnlyList<StoreOperation> History, IReadOnlyList<IReadOnlyList<StoreEvent>> Events);

/// <summary>
/// Clients of a correct store with several members: operations take effect one by one, somewhere between start and end, those of unknown
/// outcome late or never; members lag behind with what they show by themselves. Written apart from the store that the judges use.
/// </summary>
internal sealed class StoreSimulation
{
    private readonly Random _random;
    private readonly StoreSimulationOptions _options;
    private readonly List<SortedDictionary<string, KeyRecord>> _states = [new(StringComparer.Ordinal)];
    private readonly List<IReadOnlyList<StoreEvent>> _events = [];
    private readonly int[] _shown;

    private StoreSimulation(int seed, StoreSimulationOptions options)
    {
        _random = new Random(seed);
        _options = options;
        _shown = new int[options.Members];
        Array.Fill(_shown, 1);
    }

    private int Revision => _states.Count;

    private SortedDictionary<string, KeyRecord> State => _states[^1];

    public static SimulatedRun Run(int seed, StoreSimulationOptions options)
    {
        StoreSimulation simulation = new(seed, options);
        return new SimulatedRun(simulation.Run(), simulation._events);
    }

    private StoreOperation[] Run()
    {
        // Requests need the state at their start, answers that at their effect: one queue for both.
        PriorityQueue<(StoreOperation? Operation, int Client), long> queue = new();
        List<StoreOperation> history = [];
        int begun = 0;
        for (int client = 1; client <= _options.Clients; client++)
        {
            queue.Enqueue((null, client), _random.Next(100));
        }

        while (queue.TryDequeue(out var next, out long now))
        {
            if (next.Operation is { } operation)
            {
                StoreAnswer answer = Answer(operation);
                if (operation.Outcome == Outcome.Answered)
                {
                    history.Add(operation with { Answer = answer });
                }
            }
            else if (begun < _options.Operations)
            {
                StoreOperation started = Begin(++begun, next.Client, now, out long? effect);
                queue.Enqueue((null, next.Client), started.End + _random.Next(1, 50));
                if (started.Outcome != Outcome.Answered)
                {
                    history.Add(started);
                }

                if (effect is { } time)
                {
                    queue.Enqueue((started, next.Client), time);
                }
            }
        }

        return [.. history.OrderBy(operation => operation.Id)];
    }

    private StoreOperation Begin(int id, int client, long now, out long? effect)
    {
        string session = $"m{_random.Next(_options.Members)}";
        StoreRequest request = DrawRequest(id);
        bool isUnknown = _random.Next(1000) < _options.UnknownPerMille;
        effect = now + _random.Next(isUnknown ? 2000 : 100);
        if (_random.Next(100) == 0)
        {
            effect = null;
            return new(id, client, session, now, now + 50, request, Outcome.Refused, null);
        }

        if (isUnknown)
        {
            effect = _random.Next(2) == 0 ? effect : null;
            return new(id, client, session, now, now + 150, request, Outcome.Unknown, null);
        }

        return new(id, client, session, now, effect.Value + _random.Next(100), request, Outcome.Answered, null);
    }

    private StoreRequest DrawRequest(int id)
    {
        string value = _options.Values == 0 ? $"v{id}" : $"v{_random.Next(_options.Values)}";
        return _random.Next(20) switch
        {
            < 6 => new StoreRequest.Put(DrawKey(), value),
            < 8 => new StoreRequest.Delete(new KeyRange(DrawKey())),
            8 => new StoreRequest.Delete(new KeyRange("k1", "k3")),
            < 12 => new StoreRequest.Read(new KeyRange(DrawKey())),
            12 => new StoreRequest.Read(KeyRange.All),
            13 when _options.HasLocalReads => new StoreRequest.Read(new KeyRange(DrawKey()), IsSerializable: true),
            14 when _options.HasLocalReads => new StoreRequest.Read(KeyRange.All, AtRevision: _random.Next(1, Revision + 1)),
            _ => DrawTransaction(value),
        };
    }

    private StoreRequest.Transaction DrawTransaction(string value)
    {
        string key = DrawKey();
        KeyRecord? record = State.GetValueOrDefault(key);
        Comparison comparison = _random.Next(3) switch
        {
            0 => new(key, ComparisonTarget.Mod, ComparisonSign.Equal, $"{record?.ModRevision ?? 0}"),
            1 => new(key, ComparisonTarget.Version, ComparisonSign.Greater, $"{_random.Next(3)}"),
            _ => new(key, ComparisonTarget.Value, ComparisonSign.NotEqual, record?.Value ?? "x"),
        };
        string other = $"k{_options.Keys}";
        return new StoreRequest.Transaction(
            [comparison],
            [new StoreRequest.Put(key, value), new StoreRequest.Put(other, value), new StoreRequest.Read(new KeyRange(key))],
            _random.Next(2) == 0 ? [new StoreRequest.Read(new KeyRange(key))] : [new StoreRequest.Delete(new KeyRange(key))]);
    }

    private string DrawKey() => $"k{_random.Next(_options.Keys)}";

    private StoreAnswer Answer(StoreOperation operation)
    {
        int member = operation.Session[1] - '0';
        if (operation.Request is StoreRequest.Read { IsSerializable: true } local)
        {
            _shown[member] = _random.Next(_shown[member], Revision + 1);
            return new StoreAnswer(_shown[member], Find(local.Range, _states[_shown[member] - 1]));
        }

        StoreResult result;
        if (operation.Request is StoreRequest.Read { AtRevision: > 0 } past)
        {
            result = Find(past.Range, _states[(int)past.AtRevision - 1]);
        }
        else
        {
            SortedDictionary<string, KeyRecord> next = new(State, StringComparer.Ordinal);
            List<StoreEvent> events = [];
            result = Apply(operation.Request, next, events);
            if (events.Count > 0)
            {
                _states.Add(next);
                _events.Add(events);
            }
        }

        // Whoever answers has carried everything out up to there.
        _shown[member] = Revision;
        return new StoreAnswer(Revision, result);
    }

    private StoreResult Apply(StoreRequest request, SortedDictionary<string, KeyRecord> state, List<StoreEvent> events)
    {
        long revision = Revision + 1;
        switch (request)
        {
            case StoreRequest.Put put:
                KeyRecord? old = state.GetValueOrDefault(put.Key);
                state[put.Key] = old is null
                    ? new KeyRecord(put.Key, put.Value, revision, revision, 1)
                    : old with { Value = put.Value, ModRevision = revision, Version = old.Version + 1 };
                events.Add(new StoreEvent(revision, put.Key, state[put.Key], old));
                return new StoreResult.Put();
            case StoreRequest.Delete delete:
                KeyRecord[] found = [.. ((StoreResult.Found)Find(delete.Range, state)).Keys];
                foreach (KeyRecord record in found)
                {
                    state.Remove(record.Key);
                    events.Add(new StoreEvent(revision, record.Key, null, record));
                }

                return new StoreResult.Deleted(found.Length);
            case StoreRequest.Read read:
                return Find(read.Range, state);
            case StoreRequest.Transaction transaction:
                bool holds = transaction.If.All(comparison => comparison.Holds(state.GetValueOrDefault(comparison.Key)));
                List<StoreResult> results = [];
                foreach (StoreRequest inner in holds ? transaction.Then : transaction.Else)
                {
                    results.Add(Apply(inner, state, events));
                }

                return new StoreResult.Transacted(holds, results);
            default:
                throw new ArgumentException($"{request}", nameof(request));
        }
    }

    private static StoreResult.Found Find(KeyRange range, SortedDictionary<string, KeyRecord> state) =>
        new([.. state.Values.Where(record => range.Contains(record.Key))]);
}
