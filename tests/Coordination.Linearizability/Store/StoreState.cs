using System.Collections.Immutable;

namespace Coordination.Linearizability;

/// <summary>What a request does to a state.</summary>
/// <param name="State">The state after it; the same one when nothing changed.</param>
/// <param name="Result">What is answered.</param>
/// <param name="Events">The changes, in order.</param>
public sealed record StoreTransition(StoreState State, StoreResult Result, IReadOnlyList<StoreEvent> Events);

/// <summary>
/// All keys of a store at one revision, and what requests do to them. A value that never changes, so that a judge can go back for nothing.
/// A range costs a look at every key: meant for the few keys that clients fight over.
/// </summary>
public sealed class StoreState : IEquatable<StoreState>
{
    private readonly ImmutableSortedDictionary<string, KeyRecord> _keys;

    // The sum of the hashes of the records: tells most states apart without a comparison.
    private readonly int _fingerprint;

    private StoreState(long revision, ImmutableSortedDictionary<string, KeyRecord> keys, int fingerprint)
    {
        Revision = revision;
        _keys = keys;
        _fingerprint = fingerprint;
    }

    /// <summary>A fresh store: revision 1 and no keys.</summary>
    public static StoreState Fresh { get; } = Of(1, []);

    /// <summary>The revision.</summary>
    public long Revision { get; }

    /// <summary>A store as it was read at a revision.</summary>
    public static StoreState Of(long revision, IEnumerable<KeyRecord> keys)
    {
        var sorted = keys.ToImmutableSortedDictionary(record => record.Key, record => record, StringComparer.Ordinal);
        return new StoreState(revision, sorted, sorted.Values.Aggregate(0, (sum, record) => unchecked(sum + record.GetHashCode())));
    }

    /// <summary>The key, or null when it does not exist.</summary>
    public KeyRecord? Find(string key) => _keys.GetValueOrDefault(key);

    /// <summary>The keys in a range, in order.</summary>
    public IReadOnlyList<KeyRecord> FindAll(KeyRange range) =>
        range.End is null
            ? Find(range.Key) is { } record ? [record] : []
            : [.. _keys.Values.Where(key => range.Contains(key.Key))];

    /// <summary>The keys of a lease, in order.</summary>
    public IReadOnlyList<KeyRecord> FindAttached(long lease) => [.. _keys.Values.Where(record => record.Lease == lease)];

    /// <summary>Carries a request out. Reads of the past are for whoever keeps the past.</summary>
    public StoreTransition Apply(StoreRequest request)
    {
        List<StoreEvent> events = [];
        StoreState next = Apply(request, Revision + 1, events, out StoreResult result);
        bool takesRevision = events.Count > 0;
        if (request is StoreRequest.Move)
        {
            // It takes its revision, and nobody is told.
            events.Clear();
        }

        return new StoreTransition(
            takesRevision ? new StoreState(Revision + 1, next._keys, next._fingerprint) : this, result, events);
    }

    /// <inheritdoc/>
    public bool Equals(StoreState? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Revision == other.Revision && _fingerprint == other._fingerprint && _keys.Count == other._keys.Count
            && _keys.Values.SequenceEqual(other._keys.Values));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StoreState);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Revision, _fingerprint);

    /// <inheritdoc/>
    public override string ToString() => $"@{Revision} {{{string.Join(' ', _keys.Values)}}}";

    private StoreState Apply(StoreRequest request, long revision, List<StoreEvent> events, out StoreResult result)
    {
        switch (request)
        {
            case StoreRequest.Put put:
                KeyRecord? old = Find(put.Key);
                KeyRecord record = new(put.Key, put.Value, old?.CreateRevision ?? revision, revision, (old?.Version ?? 0) + 1, put.Lease);
                events.Add(new StoreEvent(revision, put.Key, record, old));
                result = new StoreResult.Put();
                return With(record);

            case StoreRequest.Delete delete:
                IReadOnlyList<KeyRecord> deleted = FindAll(delete.Range);
                result = new StoreResult.Deleted(deleted.Count);
                return Without(deleted, revision, events);

            case StoreRequest.Move move:
                result = new StoreResult.Moved();
                return Without(FindAll(move.Range), revision, events);

            case StoreRequest.Read { AtRevision: 0 } read:
                result = new StoreResult.Found(FindAll(read.Range));
                return this;

            case StoreRequest.Transaction transaction:
                return ApplyTransaction(transaction, revision, events, out result);

            case StoreRequest.Revoke revoke:
                result = new StoreResult.Leased();
                return Without(FindAttached(revoke.Lease), revision, events);

            case StoreRequest.Grant:
                result = new StoreResult.Leased();
                return this;

            default:
                throw new ArgumentException($"Cannot be carried out on one state: {request}.", nameof(request));
        }
    }

    private StoreState ApplyTransaction(
        StoreRequest.Transaction transaction, long revision, List<StoreEvent> events, out StoreResult result)
    {
        bool succeeded = transaction.If.All(comparison => comparison.Holds(Find(comparison.Key)));
        StoreState state = this;
        List<StoreResult> results = [];
        foreach (StoreRequest request in succeeded ? transaction.Then : transaction.Else)
        {
            state = state.Apply(request, revision, events, out StoreResult one);
            results.Add(one);
        }

        result = new StoreResult.Transacted(succeeded, results);
        return state;
    }

    private StoreState With(KeyRecord record)
    {
        int removed = Find(record.Key)?.GetHashCode() ?? 0;
        return new StoreState(Revision, _keys.SetItem(record.Key, record), unchecked(_fingerprint - removed + record.GetHashCode()));
    }

    private StoreState Without(IReadOnlyList<KeyRecord> records, long revision, List<StoreEvent> events)
    {
        int fingerprint = _fingerprint;
        foreach (KeyRecord record in records)
        {
            fingerprint = unchecked(fingerprint - record.GetHashCode());
            events.Add(new StoreEvent(revision, record.Key, null, record));
        }

        return new StoreState(Revision, _keys.RemoveRange(records.Select(record => record.Key)), fingerprint);
    }
}
