namespace Coordination.Linearizability;

/// <summary>
/// What all answers and all watched events together tell of single revisions: what a revision did to a key, and that it did nothing to one.
/// Serves to find out who made the revisions that no writer was told of.
/// </summary>
internal sealed class Evidence
{
    private static readonly Dictionary<string, KeyRecord?> Nothing = [];

    private readonly Dictionary<long, Dictionary<string, KeyRecord?>> _changes = [];
    private readonly Dictionary<string, SortedList<long, long>> _unchanged = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Key, string Value), HashSet<long>> _seenAt = [];
    private readonly Dictionary<(string Key, string Value), int> _writers = [];

    public Evidence(IReadOnlyCollection<StoreOperation> operations, IEnumerable<StoreEvent> watched)
    {
        foreach (StoreEvent change in watched)
        {
            LastRevision = Math.Max(LastRevision, change.Revision);
            ChangesAt(change.Revision)[change.Key] = change.Record;
            Learn(change.Record);
            Learn(change.Previous);
            LearnUnchanged(change.Previous, change.Revision - 1);
        }

        foreach (StoreOperation operation in operations)
        {
            CountWriters(operation.Request);
            if (operation.Answer is not { } answer)
            {
                continue;
            }

            // What a transaction reads may be the state before its own revision, or its own work; both are true up to the one before.
            long shown = operation.Request is StoreRequest.Read { AtRevision: > 0 } past ? past.AtRevision
                : answer.Revision - (answer.Result.IsChange ? 1 : 0);
            foreach (KeyRecord record in answer.Result.Records)
            {
                Learn(record);
                LearnUnchanged(record, shown);
            }
        }
    }

    /// <summary>The last revision of a watched event; 0 when there is none.</summary>
    public long LastRevision { get; }

    /// <summary>What is known to have been changed at a revision; null where a key was deleted.</summary>
    public IReadOnlyDictionary<string, KeyRecord?> FindChanges(long revision) =>
        _changes.TryGetValue(revision, out Dictionary<string, KeyRecord?>? changes) ? changes : Nothing;

    /// <summary>True when somebody saw the key later as it was before the revision.</summary>
    public bool IsUnchanged(string key, long revision)
    {
        if (!_unchanged.TryGetValue(key, out SortedList<long, long>? spans))
        {
            return false;
        }

        // The last span that begins before the revision.
        int low = 0;
        int high = spans.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = spans.GetKeyAtIndex(middle) < revision ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && spans.GetValueAtIndex(low - 1) >= revision;
    }

    /// <summary>True when what the put wrote was seen with another revision, and nobody else can have written that.</summary>
    public bool IsElsewhere(StoreRequest.Put put, long revision) =>
        _writers.GetValueOrDefault((put.Key, put.Value)) == 1
        && _seenAt.TryGetValue((put.Key, put.Value), out HashSet<long>? revisions) && !revisions.Contains(revision);

    private Dictionary<string, KeyRecord?> ChangesAt(long revision)
    {
        if (!_changes.TryGetValue(revision, out Dictionary<string, KeyRecord?>? changes))
        {
            _changes.Add(revision, changes = new(StringComparer.Ordinal));
        }

        return changes;
    }

    private void Learn(KeyRecord? record)
    {
        if (record is null)
        {
            return;
        }

        ChangesAt(record.ModRevision).TryAdd(record.Key, record);
        if (!_seenAt.TryGetValue((record.Key, record.Value), out HashSet<long>? revisions))
        {
            _seenAt.Add((record.Key, record.Value), revisions = []);
        }

        revisions.Add(record.ModRevision);
    }

    private void LearnUnchanged(KeyRecord? record, long until)
    {
        if (record is null)
        {
            return;
        }

        if (!_unchanged.TryGetValue(record.Key, out SortedList<long, long>? spans))
        {
            _unchanged.Add(record.Key, spans = []);
        }

        spans[record.ModRevision] = Math.Max(until, spans.GetValueOrDefault(record.ModRevision));
    }

    private void CountWriters(StoreRequest request)
    {
        switch (request)
        {
            case StoreRequest.Put put:
                _writers[(put.Key, put.Value)] = _writers.GetValueOrDefault((put.Key, put.Value)) + 1;
                break;
            case StoreRequest.Transaction transaction:
                foreach (StoreRequest inner in transaction.Then.Concat(transaction.Else))
                {
                    CountWriters(inner);
                }

                break;
        }
    }
}
