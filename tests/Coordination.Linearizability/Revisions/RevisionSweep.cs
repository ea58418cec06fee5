namespace Coordination.Linearizability;

/// <summary>
/// Goes through the revisions once, with the state of the store: carries out the write of each and compares what was answered and read
/// there. Where no writer was told of a revision, one of unknown outcome is chosen; when that turns out wrong, the sweep goes back to
/// the last choice that has to do with the keys concerned (conflict-directed backjumping, Prosser 1993) and takes the next. One use, one
/// thread.
/// </summary>
internal sealed class RevisionSweep
{
    private readonly RevisionCheckOptions _options;
    private readonly Evidence _evidence;
    private readonly Func<long, long> _firstKnown;
    private readonly ILookup<long, StoreOperation> _writes;
    private readonly ILookup<long, StoreOperation> _reads;
    private readonly Candidate[] _unknown;
    private readonly List<StoreState> _states;
    private readonly List<WrittenRevision> _written = [];
    private readonly Stack<RevisionGap> _gaps = new();
    private readonly HashSet<Candidate> _used = new(ReferenceEqualityComparer.Instance);
    private SweepFailure? _furthest;
    private long _reached;
    private int _retries;

    /// <param name="operations">Answered ones, and those of unknown outcome that may write.</param>
    /// <param name="options">What may be assumed.</param>
    public RevisionSweep(IReadOnlyCollection<StoreOperation> operations, RevisionCheckOptions options)
    {
        _options = options;
        _states = [options.Initial];
        StoreOperation[] answered = [.. operations.Where(operation => operation.Answer is not null)];
        _evidence = new Evidence(operations, options.Watched);
        _firstKnown = RealTimeOrder.FirstKnown(answered);
        _writes = answered.Where(operation => operation.Answer!.Result.IsChange).ToLookup(operation => operation.Answer!.Revision);
        _reads = answered.Where(operation => !operation.Answer!.Result.IsChange).ToLookup(
            operation => operation.Request is StoreRequest.Read { AtRevision: > 0 } past ? past.AtRevision : operation.Answer!.Revision);

        // A write mostly takes effect soon after it was sent: the last that was is the best guess. That of a revocation is not told.
        _unknown =
        [
            .. operations.Where(operation => operation.Answer is null || operation.Request is StoreRequest.Revoke)
                .OrderByDescending(operation => operation.Start)
                .Select(operation => new Candidate(operation, Footprint.Of(operation.Request))),
        ];
        LastRevision = Math.Max(_evidence.LastRevision, answered.Select(operation => operation.Answer!.Revision).DefaultIfEmpty().Max());
    }

    /// <summary>The last revision that anybody saw.</summary>
    public long LastRevision { get; }

    /// <summary>What fits so far.</summary>
    public WriteSequence Sequence => new(_options.Initial, [.. _written]);

    /// <summary>Judges the history; undecided when another choice might mend it and none is left to be tried.</summary>
    public Verdict Run(string summary)
    {
        SweepFailure? failure = FindWrongRead(_options.Initial);
        while (failure is not null || State.Revision < LastRevision)
        {
            failure ??= Advance();
            if (failure is null)
            {
                continue;
            }

            _furthest = _furthest is null || failure.Revision > _furthest.Revision ? failure : _furthest;
            if (_retries > _options.RetriesMax)
            {
                return Verdict.Undecided(
                    $"gave up after {_retries} revisions tried again to find out who made which revision;"
                    + $" the furthest came to {_furthest.Revision}: {_furthest.Message()}");
            }

            if (!TryChooseAgain(failure))
            {
                return Verdict.Of([new Violation(_furthest.Rule, _furthest.Message())], summary);
            }

            failure = null;
        }

        return Verdict.Of([], summary);
    }

    private StoreState State => _states[^1];

    private SweepFailure? Advance()
    {
        long revision = State.Revision + 1;
        StoreOperation[] writes = [.. _writes[revision]];
        if (writes.Length == 1)
        {
            return Take(writes[0]);
        }

        if (writes.Length > 1)
        {
            return new SweepFailure(
                revision, RevisionRules.RevisionUsedTwice, Footprint.None,
                () => $"revision {revision} was told to more than one write.{RevisionStory.Lines(writes)}");
        }

        long firstKnown = _firstKnown(revision);
        IReadOnlyDictionary<string, KeyRecord?> known = _evidence.FindChanges(revision);
        return TryCandidates(new RevisionGap(
            revision,
            [
                .. _unknown.SkipWhile(candidate => candidate.Operation.Start > firstKnown)
                    .Where(candidate => MayHaveMade(candidate.Operation, revision, known)),
            ]));
    }

    /// <summary>Carries out the write of the next revision; leaves the state as it was when something there does not fit.</summary>
    private SweepFailure? Take(StoreOperation write)
    {
        StoreState before = State;
        long revision = before.Revision + 1;
        _retries += revision <= _reached ? 1 : 0;
        _reached = Math.Max(_reached, revision);
        StoreTransition transition = before.Apply(write.Request);
        if (transition.State.Revision != revision
            || (write.Answer?.Result is { IsChange: true } result && !result.Equals(transition.Result)))
        {
            return new SweepFailure(
                revision, RevisionRules.WrongWrite, Footprint.Of(write.Request),
                () => RevisionStory.OfWrongWrite(write, before, transition));
        }

        if (FindWrongRead(transition.State) is { } failure)
        {
            return failure;
        }

        _states.Add(transition.State);
        _written.Add(new WrittenRevision(revision, write, transition.Events));
        return null;
    }

    /// <summary>Not known to have done something else. Its effect on the state is seen when it is tried.</summary>
    private bool MayHaveMade(StoreOperation operation, long revision, IReadOnlyDictionary<string, KeyRecord?> known) =>
        (operation.Answer is null || revision <= operation.Answer.Revision)
        && known.All(change => MayMake(operation.Request, change.Key, change.Value))
        && operation.Request switch
        {
            StoreRequest.Put put => !_evidence.IsElsewhere(put, revision) && !_evidence.IsUnchanged(put.Key, revision),
            StoreRequest.Delete { Range.End: null } delete => !_evidence.IsUnchanged(delete.Range.Key, revision),
            _ => true,
        };

    /// <summary>True when the request can change the key in this way, whatever the state.</summary>
    private static bool MayMake(StoreRequest request, string key, KeyRecord? record) => request switch
    {
        StoreRequest.Put put => record is not null && put.Key == key && put.Value == record.Value && put.Lease == record.Lease,
        StoreRequest.Delete delete => record is null && delete.Range.Contains(key),
        StoreRequest.Transaction transaction =>
            transaction.Then.Concat(transaction.Else).Any(inner => MayMake(inner, key, record)),
        StoreRequest.Revoke => record is null,
        _ => false,
    };

    private SweepFailure? TryCandidates(RevisionGap gap)
    {
        while (gap.Next < gap.Candidates.Count)
        {
            Candidate candidate = gap.Candidates[gap.Next++];
            if (gap.IsRefuted(candidate))
            {
                continue;
            }

            // What another gap took may come free when that one chooses again, and what it does depends on its keys.
            gap.Learn(candidate.Footprint);
            if (_used.Contains(candidate) || Contradicts(candidate.Operation, gap))
            {
                continue;
            }

            gap.Author = candidate;
            if (Take(candidate.Operation) is { } failure)
            {
                gap.LearnFailure(candidate, failure.DependsOn);
                gap.Rejected.Add((candidate.Operation, failure.Message));
                continue;
            }

            _used.Add(candidate);
            _gaps.Push(gap);
            return null;
        }

        gap.Learn(Footprint.Of(gap.Candidates.Count == 0 ? [] : _evidence.FindChanges(gap.Revision).Keys));
        StoreOperation? previous = _written.Count == 0 ? null : _written[^1].Author;
        return new SweepFailure(
            gap.Revision, RevisionRules.UnexplainedRevision, gap.Blame,
            () => RevisionStory.OfGap(gap, _evidence, previous, _writes[gap.Revision + 1].FirstOrDefault(), _reads, _writes));
    }

    /// <summary>True when the candidate would not do what is known to have been done, or do what is known not to have been.</summary>
    private bool Contradicts(StoreOperation candidate, RevisionGap gap)
    {
        IReadOnlyDictionary<string, KeyRecord?> known = _evidence.FindChanges(gap.Revision);
        var events = State.Apply(candidate.Request).Events;
        var after = events.GroupBy(change => change.Key, StringComparer.Ordinal)
            .ToDictionary(changes => changes.Key, changes => changes.Last().Record, StringComparer.Ordinal);
        return events.Count == 0
            || (_options.IsWatchedWhole && gap.Revision <= _evidence.LastRevision && after.Count != known.Count)
            || known.Any(change => !after.TryGetValue(change.Key, out KeyRecord? record) || record != change.Value)
            || after.Keys.Any(key => _evidence.IsUnchanged(key, gap.Revision));
    }

    /// <summary>Goes back to the last choice that the failure may be due to, and chooses again; false when there is none.</summary>
    private bool TryChooseAgain(SweepFailure failure)
    {
        Footprint dependsOn = failure.DependsOn;
        while (_gaps.TryPop(out RevisionGap? gap))
        {
            int kept = (int)(gap.Revision - _options.Initial.Revision);
            _states.RemoveRange(kept, _states.Count - kept);
            _written.RemoveRange(kept - 1, _written.Count - kept + 1);
            _used.Remove(gap.Author!);

            if (!gap.Concerns(dependsOn))
            {
                continue;
            }

            gap.LearnFailure(gap.Author!, dependsOn);
            if (TryCandidates(gap) is not { } exhausted)
            {
                return true;
            }

            dependsOn = dependsOn.Union(exhausted.DependsOn);
        }

        return false;
    }

    private SweepFailure? FindWrongRead(StoreState state)
    {
        foreach (StoreOperation read in _reads[state.Revision])
        {
            if (read.Request is StoreRequest.Revoke revoke)
            {
                if (state.FindAttached(revoke.Lease) is { Count: > 0 } attached)
                {
                    return new SweepFailure(
                        state.Revision, RevisionRules.WrongWrite, Footprint.Of(attached.Select(record => record.Key)),
                        () => $"keys of a revoked lease are left: {string.Join(' ', attached)}.{RevisionStory.Lines([read])}");
                }

                continue;
            }

            StoreRequest now = read.Request is StoreRequest.Read past ? past with { AtRevision = 0 } : read.Request;
            StoreTransition expected = state.Apply(now);
            if (expected.Events.Count > 0 || !expected.Result.Equals(read.Answer!.Result))
            {
                return new SweepFailure(
                    state.Revision, RevisionRules.WrongRead, RevisionStory.DifferingKeys(read, expected.Result),
                    () => RevisionStory.OfWrongRead(read, expected, state, FindAuthors(read, expected.Result, state)));
            }
        }

        return null;
    }

    /// <summary>Who wrote what the read shows, and what it should show.</summary>
    private List<StoreOperation> FindAuthors(StoreOperation read, StoreResult expected, StoreState state)
    {
        var differing = read.Answer!.Result.Records.Except(expected.Records).Concat(expected.Records.Except(read.Answer.Result.Records));
        List<StoreOperation> authors = [];
        foreach (long revision in differing.Select(record => record.ModRevision).Distinct().Order())
        {
            authors.AddRange(_writes[revision]);
        }

        return [.. authors.Concat(_writes[state.Revision]).Distinct()];
    }
}
