using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>
/// Compares what a server has after a restart with what the clients of the round before were told, revision by revision, and with all that
/// was found after earlier rounds. Everything that fits becomes history.
/// </summary>
public sealed class Judge
{
    private readonly History _history = new();
    private readonly LeaseBook _leases = new();

    /// <summary>Unanswered requests that turned out to be done, of all rounds.</summary>
    public int FoundUnanswered { get; private set; }

    /// <summary>Revisions that were read and compared, again and again those of earlier rounds.</summary>
    public long RevisionsCompared { get; private set; }

    public long Revision => _history.Revision;

    public IEnumerable<long> LastingLeases => _leases.Lasting;

    public void Compare(StoreReading reading, IReadOnlyList<Attempt> attempts, IReadOnlyDictionary<long, IReadOnlyList<Event>> observed)
    {
        _leases.Learn(attempts);
        AssertCompaction(reading, attempts);
        AssertEarlierHistory(reading);
        var found = Extend(reading, attempts, observed);
        _history.Compact(reading.Compacted);
        AssertKeys(_history.Now, reading.Now, $"The keys at revision {reading.Revision}");
        AssertKeys(_history.Oldest, reading.Oldest, $"The keys at the compacted revision {reading.Compacted}");
        _leases.Compare(reading, found);
        RevisionsCompared += reading.Changes.Count;
        FoundUnanswered += found.Count(attempt => attempt.IsUnknown);
    }

    private void AssertCompaction(StoreReading reading, IReadOnlyList<Attempt> attempts)
    {
        var wanted = attempts.Where(attempt => attempt.Request is CompactionRequest && !attempt.IsRefused)
            .ToLookup(attempt => attempt.IsUnknown, attempt => ((CompactionRequest)attempt.Request).Revision);
        var least = wanted[false].Append(_history.Compacted).Max();
        Assert.True(
            reading.Compacted == least || (reading.Compacted > least && wanted[true].Contains(reading.Compacted)),
            $"Compacted up to {reading.Compacted}, but {least} was acknowledged.");
    }

    private void AssertEarlierHistory(StoreReading reading)
    {
        Assert.True(reading.Revision >= _history.Revision, $"The revision went back from {_history.Revision} to {reading.Revision}.");
        foreach (var (revision, changes) in _history.Changes.Where(change => change.Key > reading.Compacted))
        {
            AssertChanges(revision, changes, reading.Changes.GetValueOrDefault(revision, []), "as it was read in earlier rounds");
        }
    }

    /// <summary>Goes through the revisions that are new; the requests that made them.</summary>
    private HashSet<Attempt> Extend(
        StoreReading reading,
        IReadOnlyList<Attempt> attempts,
        IReadOnlyDictionary<long, IReadOnlyList<Event>> observed)
    {
        var acknowledged = attempts
            .Where(attempt => attempt.Acknowledgement is not null)
            .ToLookup(attempt => attempt.Acknowledgement!.Revision);
        AssertNothingBefore(acknowledged);
        var unanswered = attempts.Where(attempt => attempt.IsUnknown).ToList();
        var found = new HashSet<Attempt>();
        AssertUnchanging(acknowledged[_history.Revision]);
        while (_history.Revision < reading.Revision)
        {
            var revision = _history.Revision + 1;
            var changes = revision > reading.Compacted
                ? reading.Changes.GetValueOrDefault(revision, []) : observed.GetValueOrDefault(revision, []);
            if (observed.TryGetValue(revision, out var seen))
            {
                AssertChanges(revision, seen, changes, "as it was watched before the kill");
            }

            if (Author(revision, changes, acknowledged[revision], unanswered) is { } author)
            {
                Assert.True(author.AcknowledgedBefore < revision,
                    $"Revision {revision} was made by a request that was sent later: {author}");
                found.Add(author);
                unanswered.Remove(author);
            }

            _history.Append(changes);
            AssertUnchanging(acknowledged[revision].Where(attempt => !found.Contains(attempt)));
        }

        foreach (var lost in acknowledged.Where(group => group.Key > reading.Revision).SelectMany(group => group))
        {
            Assert.Fail($"The store ends at revision {reading.Revision}, but this was acknowledged: {lost}");
        }

        Assert.All(observed.Keys, revision => Assert.True(revision <= reading.Revision, $"Revision {revision} was watched, but is lost."));
        return found;
    }

    private void AssertNothingBefore(ILookup<long, Attempt> acknowledged)
    {
        foreach (var early in acknowledged.Where(group => group.Key < _history.Revision).SelectMany(group => group))
        {
            Assert.Fail($"The store was at revision {_history.Revision} before this was sent: {early}");
        }
    }

    /// <summary>The request that made the revision; null when a lease ran out. One that fits exactly, or the revision is wrong.</summary>
    private Attempt? Author(long revision, IReadOnlyList<Event> changes, IEnumerable<Attempt> acknowledged, List<Attempt> unanswered)
    {
        var told = acknowledged.Where(attempt => attempt.Acknowledgement!.Changes > 0 || MakesChanges(attempt, revision)).ToArray();
        if (told.Length > 0)
        {
            Assert.True(told.Length == 1, $"Revision {revision} was acknowledged twice: {string.Join("; ", told.AsEnumerable())}");
            AssertChanges(revision, _history.Now.EffectsOf(told[0].Request, revision), changes, $"as acknowledged by {told[0]}");
            var count = told[0].Acknowledgement!.Changes;
            Assert.True(count == changes.Count || told[0].Request is LeaseRevokeRequest, $"{changes.Count} changes, but {told[0]}");
            return told[0];
        }

        if (unanswered.Find(attempt => changes.SequenceEqual(_history.Now.EffectsOf(attempt.Request, revision))) is { } done
            && changes.Count > 0)
        {
            return done;
        }

        AssertExpiry(revision, changes, unanswered);
        return null;
    }

    /// <summary>
    /// A revocation does not tell whether it had keys to delete. What was sent when the revision was known did not make it.
    /// </summary>
    private bool MakesChanges(Attempt attempt, long revision) =>
        attempt.Request is LeaseRevokeRequest && attempt.AcknowledgedBefore < revision
        && _history.Now.EffectsOf(attempt.Request, revision).Count > 0;

    private void AssertExpiry(long revision, IReadOnlyList<Event> changes, List<Attempt> unanswered)
    {
        var lease = changes.Select(change => change.PrevKv?.Lease ?? 0).FirstOrDefault();
        var expiry = new LeaseRevokeRequest { ID = lease };
        if (lease == 0 || !_leases.IsShort(lease) || !changes.SequenceEqual(_history.Now.EffectsOf(expiry, revision)))
        {
            Assert.Fail(
                $"Revision {revision} is missing, or is what nobody was told of and no unanswered request makes:{Shortened.Text(changes)}\n"
                + $"  unanswered:\n    {string.Join("\n    ", unanswered)}");
        }

        _leases.AssertExpired(lease);
    }

    private void AssertUnchanging(IEnumerable<Attempt> attempts)
    {
        foreach (var attempt in attempts.Where(attempt => attempt.Acknowledgement!.Changes == 0))
        {
            var effects = _history.Now.EffectsOf(attempt.Request, _history.Revision);
            Assert.True(effects.Count == 0, $"Acknowledged as changing nothing: {attempt}, but there was:{Shortened.Text(effects)}");
        }
    }

    private static void AssertChanges(long revision, IReadOnlyList<Event> expected, IReadOnlyList<Event> actual, string why)
    {
        if (!expected.SequenceEqual(actual))
        {
            Assert.Fail($"Revision {revision} is not {why}.\n  expected:{Shortened.Text(expected)}\n  actual:{Shortened.Text(actual)}");
        }
    }

    private static void AssertKeys(KeyState expected, IReadOnlyList<KeyValue> actual, string what)
    {
        if (!expected.All.SequenceEqual(actual))
        {
            IEnumerable<IMessage> lost = expected.All.Except(actual);
            Assert.Fail($"{what} are not those of the history.\n  only there:{Shortened.Text(lost)}"
                + $"\n  only here:{Shortened.Text(actual.Except(expected.All))}");
        }
    }
}
