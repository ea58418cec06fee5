namespace Coordination.Linearizability;

/// <summary>
/// Follows one watcher through the events that it had to get. An event that is skipped may still come, in disorder, so that only the end
/// shows what is missing. One use.
/// </summary>
internal sealed class WatchComparison(WriteSequence sequence, long compactedRevision, WatchRecord watch)
{
    private readonly List<Violation> _violations = [];
    private readonly Dictionary<(long Revision, string Key), int> _positions = [];
    private readonly HashSet<int> _received = [];
    private List<StoreEvent> _expected = [];
    private long _start;
    private int _next;
    private long _progress;
    private long _lastRevision;
    private bool _isFragmentOpen;
    private int _number;

    public IReadOnlyList<Violation> Run()
    {
        long created = watch.Responses.FirstOrDefault(response => response.Kind == WatchResponseKind.Created)?.Revision ?? 0;
        _start = watch.StartRevision > 0 ? watch.StartRevision : created + 1;
        _expected =
        [
            .. sequence.Revisions.SkipWhile(written => written.Revision < _start)
                .SelectMany(written => written.Events.Where(change => watch.Range.Contains(change.Key))),
        ];
        for (int i = 0; i < _expected.Count; i++)
        {
            _positions.Add((_expected[i].Revision, _expected[i].Key), i);
        }

        foreach (WatchResponse response in watch.Responses)
        {
            _number++;
            Follow(response);
            if (response.Kind == WatchResponseKind.Canceled)
            {
                break;
            }
        }

        JudgeMissing();
        return _violations;
    }

    private void Follow(WatchResponse response)
    {
        if (_isFragmentOpen && response.Kind != WatchResponseKind.Events)
        {
            Complain(WatchRules.Atomic, $"another response came before the last fragment: {response}");
        }

        _isFragmentOpen = response.HasMore;
        if (response.Kind == WatchResponseKind.Progress)
        {
            FollowProgress(response);
        }
        else if (response.Kind == WatchResponseKind.Events)
        {
            FollowEvents(response);
        }
    }

    private void FollowProgress(WatchResponse response)
    {
        if (response.Revision < _lastRevision)
        {
            Complain(WatchRules.Ordered, $"progress went back to {response.Revision} from {_lastRevision}");
        }

        if (_next < _expected.Count && _expected[_next].Revision <= response.Revision)
        {
            Complain(WatchRules.Bookmarkable, $"progress says {response.Revision} before this came: {Named(_expected[_next])}");
        }

        _progress = Math.Max(_progress, response.Revision);
        _lastRevision = Math.Max(_lastRevision, response.Revision);
    }

    private void FollowEvents(WatchResponse response)
    {
        if (response.HasMore && !watch.AllowsFragments)
        {
            Complain(WatchRules.Atomic, $"a fragment that nobody asked for: {response}");
        }

        foreach (StoreEvent change in response.Events)
        {
            FollowEvent(change, response);
            _lastRevision = Math.Max(_lastRevision, change.Revision);
        }

        long last = response.Events.Count == 0 ? 0 : response.Events[^1].Revision;
        if (!response.HasMore && _next < _expected.Count && _expected[_next].Revision == last)
        {
            Complain(WatchRules.Atomic, $"revision {last} came in part, without {Named(_expected[_next])}; the response: {response}");
        }
    }

    private void FollowEvent(StoreEvent change, WatchResponse response)
    {
        if (change.Revision > response.Revision)
        {
            Complain(WatchRules.Bookmarkable, $"the header says {response.Revision}, but there is {Named(change)}");
        }

        if (change.Revision < _start)
        {
            Complain(WatchRules.Resumable, $"it starts at {_start}, but got {Named(change)}");
            return;
        }

        if (change.Revision <= _progress)
        {
            Complain(WatchRules.Bookmarkable, $"after progress to {_progress} came {Named(change)}");
        }

        if (!_positions.TryGetValue((change.Revision, change.Key), out int position))
        {
            Complain(WatchRules.Truthful, $"this was not written, or is not in the range: {Named(change)}");
            return;
        }

        JudgeContent(change, _expected[position]);
        if (!_received.Add(position))
        {
            Complain(WatchRules.Unique, $"this came again: {Named(change)}");
        }
        else if (position < _next)
        {
            Complain(WatchRules.Ordered, $"after {Named(_expected[_next - 1])} came {Named(change)}");
        }

        _next = Math.Max(_next, position + 1);
    }

    private void JudgeContent(StoreEvent change, StoreEvent written)
    {
        if (change.Record != written.Record)
        {
            Complain(WatchRules.Truthful, $"a {change} should be a {Named(written)}");
        }

        bool mayBeForgotten = change.Previous is null && (!watch.WantsPrevious || change.Revision <= compactedRevision);
        if (change.Previous != written.Previous && !mayBeForgotten)
        {
            Complain(
                WatchRules.Truthful,
                $"before it was {change.Previous?.ToString() ?? "nothing"}, but should be {written.Previous?.ToString() ?? "nothing"}:"
                + $" {Named(written)}");
        }
    }

    private void JudgeMissing()
    {
        for (int i = 0; i < _expected.Count && (i < _next || _expected[i].Revision <= watch.AwaitedRevision); i++)
        {
            if (_received.Contains(i))
            {
                continue;
            }

            string where = i < _next ? $"although {_expected[_next - 1]} did" : $"although it waited up to {watch.AwaitedRevision}";
            Complain(
                i == 0 ? WatchRules.Resumable : WatchRules.Reliable,
                $"this never came, {where}: {Named(_expected[i])}");
        }
    }

    private string Named(StoreEvent change) =>
        sequence.Find(change.Revision) is { } written ? $"{change}, made by {written.Author}" : $"{change}";

    private void Complain(string rule, string message)
    {
        if (_violations.Count < Verdict.ViolationsMax)
        {
            _violations.Add(new Violation(rule, $"watcher {watch.Name}, response {_number}: {message}"));
        }
    }
}
