using Coordination.StateMachine;
using Coordination.StateMachine.Model;

namespace Coordination.Simulation;

/// <summary>
/// Compares one replica's state machine, as of what it has applied and committed, with the naive one at the same position. That the
/// replicas show the same follows; their hashes, which the naive one does not have, are compared with each other.
/// </summary>
internal readonly struct StoreComparison(
    ReplicaRecord replica, IStoreState store, NaiveState naive, NaiveMoment moment, RandomCommands reads)
{
    private const int Reads = 3;
    private const int ChangesPerRead = 5;
    private static readonly RangeOperation Everything = new(KeyRange.Between([], null));

    /// <summary>Reads some range at some revision.</summary>
    public void Read() => Compare(reads.Range(moment.Revision));

    /// <summary>Compares everything that can be read, and what the store holds.</summary>
    public void CompareAll()
    {
        var state = store.State;
        Compare("revision", moment.Revision, state.View.Revision);
        Compare("compact revision", moment.CompactRevision, state.View.CompactRevision);
        Compare("alarms", string.Join(' ', moment.Alarms), string.Join(' ', state.Alarms));
        Compare("cluster's metadata", Answers.Describe(moment), Answers.Describe(state.View.Metadata));
        Compare("leases", string.Join(' ', moment.Leases.Values), string.Join(' ', state.Leases));
        foreach (long id in moment.Leases.Keys)
        {
            Compare($"keys of lease {id}", Join(naive.LeaseKeys(id, moment)), Join(state.FindLeaseKeys(id) ?? []));
        }

        Compare(Everything);
        if (moment.CompactRevision > 0)
        {
            Compare(Everything with { Revision = moment.CompactRevision });
        }

        for (int i = 0; i < Reads; i++)
        {
            Read();
        }

        CompareChanges();
    }

    /// <summary>
    /// A watch that starts at the compact revision gets every change from there on. When the last compaction is carried out, the store
    /// holds that, and of what lies before only what can still be read.
    /// </summary>
    private void CompareChanges()
    {
        long first = Math.Max(moment.CompactRevision, 0);
        List<KeyValue> expected = [.. naive.ChangesFrom(first, moment)];
        var events = Watch(first);
        Compare("watch from the compact revision on", expected, [.. events.Select(static item => item.Current)]);
        for (int i = 0; i < expected.Count; i++)
        {
            var before = naive.Before(expected[i], moment);
            if (!Answers.AreEqual(before, store.State.View.FindBefore(events[i])))
            {
                throw Differs($"key before revision {expected[i].ModRevision}", $"{before}", $"{store.State.View.FindBefore(events[i])}");
            }
        }

        if (!store.State.HasCompactionWork && !store.HasUncommittedRemovals)
        {
            Compare("history after compaction", [.. naive.RemainingChanges(moment)], InOrder(store.Content.Versions.Select(ToKeyValue)));
        }
    }

    /// <summary>All events from a revision on, read a few at a time, as for a watch that catches up.</summary>
    private List<KeyEvent> Watch(long first)
    {
        var view = store.State.View;
        var events = new List<KeyEvent>();
        while (first <= view.Revision)
        {
            var error = view.ReadHistory(first, ChangesPerRead, long.MaxValue, static _ => true, out var slice);
            Compare($"watch from revision {first} on", ApplyError.None, error);
            events.AddRange(slice.Events.Span);
            first = slice.LastRevision + 1;
        }

        return [.. events.OrderBy(static item => item.Current.ModRevision).ThenBy(static item => item.Current.Key, ByteOrder.Instance)];
    }

    private void Compare(RangeOperation range)
    {
        var (expectedError, expected) = naive.Read(range, moment);
        var error = store.State.View.Read(range, out var actual);
        if (error != expectedError || !Answers.AreEqual(expected, actual))
        {
            throw Differs(
                $"{range}", $"{expectedError} {Answers.Describe(expected)}", $"{error} {Answers.Describe(actual)}");
        }
    }

    private void Compare(string what, List<KeyValue> expected, List<KeyValue> actual)
    {
        if (!Answers.AreEqual(expected, actual))
        {
            throw Differs(what, Answers.Describe(expected), Answers.Describe(actual));
        }
    }

    private void Compare<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw Differs(what, $"{expected}", $"{actual}");
        }
    }

    private ViolationException Differs(string what, string expected, string actual) =>
        new(Rules.StateContent, $"{replica} at {store.Applied}: {what} should be {expected}, but is {actual}.");

    /// <summary>Changes of one revision have no order that clients could rely on: they are compared in that of the keys.</summary>
    private static List<KeyValue> InOrder(IEnumerable<KeyValue> changes) =>
        [.. changes.OrderBy(static item => item.ModRevision).ThenBy(static item => item.Key, ByteOrder.Instance)];

    private static KeyValue ToKeyValue(StoredVersion version) =>
        new(version.Key.ToArray(), version.Value, version.CreateRevision, version.Revision.Main, version.Version, version.Lease);

    private static string Join(IEnumerable<byte[]> keys) => string.Join(' ', keys.Select(Convert.ToHexString));
}
