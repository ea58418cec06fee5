namespace Coordination.Simulation;

/// <summary>
/// The future: events ordered by time, then by the order of scheduling. A heap with four children a node, which is flatter than the
/// usual one and touches fewer cache lines. Owned by one <see cref="World"/>; not thread-safe.
/// </summary>
internal sealed class EventQueue
{
    private SimulationEvent[] _heap = new SimulationEvent[1024];
    private long _sequence;

    /// <summary>How many events wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an event; its sequence number is given here.</summary>
    public void Add(ref SimulationEvent item)
    {
        item.Sequence = ++_sequence;
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        int place = Count++;
        while (place > 0)
        {
            int parent = (place - 1) >> 2;
            if (!IsBefore(in item, in _heap[parent]))
            {
                break;
            }

            _heap[place] = _heap[parent];
            place = parent;
        }

        _heap[place] = item;
    }

    /// <summary>Removes the next event.</summary>
    public bool TryTake(out SimulationEvent item)
    {
        if (Count == 0)
        {
            item = default;
            return false;
        }

        item = _heap[0];
        ref var last = ref _heap[--Count];
        Sink(in last);
        last = default;
        return true;
    }

    private void Sink(in SimulationEvent item)
    {
        int place = 0;
        while (true)
        {
            int first = (place << 2) + 1;
            if (first >= Count)
            {
                break;
            }

            int best = first;
            int end = Math.Min(first + 4, Count);
            for (int child = first + 1; child < end; child++)
            {
                if (IsBefore(in _heap[child], in _heap[best]))
                {
                    best = child;
                }
            }

            if (!IsBefore(in _heap[best], in item))
            {
                break;
            }

            _heap[place] = _heap[best];
            place = best;
        }

        _heap[place] = item;
    }

    private static bool IsBefore(in SimulationEvent left, in SimulationEvent right) =>
        left.Time < right.Time || (left.Time == right.Time && left.Sequence < right.Sequence);
}
