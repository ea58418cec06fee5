namespace Coordination.Linearizability.Tests;

public sealed class WatchJudgeTests
{
    /// <summary>a at 2, a and b at 3, a at 4, b deleted at 5, a at 6.</summary>
    private const string History = """
        #1 c1 m1 0 10 answered put a 1 => @2 put
        #2 c1 m1 20 30 answered txn 0 2 0 then put a 2 then put b 2 => @3 succeeded 2 put put
        #3 c1 m1 40 50 answered put a 3 => @4 put
        #4 c1 m1 60 70 answered delete b => @5 deleted 1
        #5 c1 m1 80 90 answered put a 4 => @6 put
        """;

    private static readonly KeyRecord A1 = new("a", "1", 2, 2, 1);
    private static readonly KeyRecord A2 = new("a", "2", 2, 3, 2);
    private static readonly KeyRecord A3 = new("a", "3", 2, 4, 3);
    private static readonly KeyRecord A4 = new("a", "4", 2, 6, 4);
    private static readonly KeyRecord B2 = new("b", "2", 3, 3, 1);

    private static readonly StoreEvent PutA1 = new(2, "a", A1, null);
    private static readonly StoreEvent PutA2 = new(3, "a", A2, A1);
    private static readonly StoreEvent PutB2 = new(3, "b", B2, null);
    private static readonly StoreEvent PutA3 = new(4, "a", A3, A2);
    private static readonly StoreEvent DeleteB = new(5, "b", null, B2);
    private static readonly StoreEvent PutA4 = new(6, "a", A4, A3);

    private readonly WatchJudge _judge = new(RevisionChecker.Check(StoreFormat.Parse(History)).Sequence);

    [Fact]
    public void Simulated_watchers_are_right_also_when_writers_have_to_be_found()
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            SimulatedRun run = StoreSimulation.Run(seed, new StoreSimulationOptions { Operations = 200, UnknownPerMille = 150 });
            Random random = new(seed);
            WatchRecord[] watches = [.. Enumerable.Range(1, 10).Select(number => WatchSimulation.Run(random, run, $"w{number}"))];
            RevisionVerdict found = RevisionChecker.Check(
                run.History, new RevisionCheckOptions { Watched = [.. run.Events.SelectMany(events => events)], IsWatchedWhole = true });

            Verdicts.AssertCorrect(new WatchJudge(found.Sequence).Check(watches));
        }
    }

    [Fact]
    public void Everything_in_order_is_right() => Verdicts.AssertCorrect(Check(
        Created(1), Events(6, PutA1, PutA2, PutB2), Progress(3), Events(6, PutA3), Events(6, DeleteB, PutA4), Progress(6)));

    [Fact]
    public void A_gap() => AssertViolated(
        WatchRules.Reliable, ["put of a=3#2.4.3.0, made by #3 c1"], Created(1), Events(3, PutA1, PutA2, PutB2), Events(6, DeleteB, PutA4));

    [Fact]
    public void A_missing_end() => AssertViolated(
        WatchRules.Reliable, ["waited up to 6", "#5 c1"], Created(1), Events(5, PutA1, PutA2, PutB2, PutA3, DeleteB));

    [Fact]
    public void An_event_that_comes_twice() => AssertViolated(
        WatchRules.Unique, ["came again", "#3 c1", "response 4"],
        Created(1), Events(3, PutA1, PutA2, PutB2), Events(4, PutA3), Events(4, PutA3), Events(6, DeleteB, PutA4));

    [Fact]
    public void Events_out_of_order() => AssertViolated(
        WatchRules.Ordered, ["#3 c1", "#4 c1"],
        Created(1), Events(3, PutA1, PutA2, PutB2), Events(5, DeleteB), Events(5, PutA3), Events(6, PutA4));

    [Fact]
    public void A_revision_in_two_responses() => AssertViolated(
        WatchRules.Atomic, ["revision 3 came in part", "put of b=2#3.3.1.0", "#2 c1"],
        Created(1), Events(3, PutA1, PutA2), Events(6, PutB2, PutA3, DeleteB, PutA4));

    [Fact]
    public void Fragments_that_were_not_asked_for() => AssertViolated(
        WatchRules.Atomic, ["nobody asked for"],
        Created(1), Events(3, PutA1, PutA2) with { HasMore = true }, Events(6, PutB2, PutA3, DeleteB, PutA4));

    [Fact]
    public void Fragments_that_were_asked_for_are_right() => Verdicts.AssertCorrect(_judge.Check([
        Watch(Created(1), Events(3, PutA1, PutA2) with { HasMore = true }, Events(6, PutB2, PutA3, DeleteB, PutA4)) with
        {
            AllowsFragments = true,
        }]));

    [Fact]
    public void Progress_ahead_of_events() => AssertViolated(
        WatchRules.Bookmarkable, ["progress says 4 before this came", "#3 c1"],
        Created(1), Events(3, PutA1, PutA2, PutB2), Progress(4), Events(6, PutA3, DeleteB, PutA4));

    [Fact]
    public void A_header_behind_its_events() => AssertViolated(
        WatchRules.Bookmarkable, ["the header says 5", "#5 c1"], Created(1), Events(5, PutA1, PutA2, PutB2, PutA3, DeleteB, PutA4));

    [Fact]
    public void A_watch_that_starts_too_late() => AssertViolated(
        WatchRules.Resumable, ["put of a=1#2.2.1.0", "#1 c1"], Created(1), Events(6, PutA2, PutB2, PutA3, DeleteB, PutA4));

    [Fact]
    public void A_watch_that_starts_too_early() => AssertViolated(
        WatchRules.Resumable, ["starts at 5", "#3 c1"], Created(4), Events(6, PutA3, DeleteB, PutA4));

    [Fact]
    public void A_wrong_content() => AssertViolated(
        WatchRules.Truthful, ["a=9#2.4.3.0", "#3 c1"],
        Created(1), Events(6, PutA1, PutA2, PutB2, PutA3 with { Record = A3 with { Value = "9" } }, DeleteB, PutA4));

    [Fact]
    public void A_wrong_previous_value() => AssertViolated(
        WatchRules.Truthful, ["before it was a=1#2.2.1.0, but should be a=2#2.3.2.0", "#3 c1"],
        Created(1), Events(6, PutA1, PutA2, PutB2, PutA3 with { Previous = A1 }, DeleteB, PutA4));

    [Fact]
    public void A_missing_previous_value() => AssertViolated(
        WatchRules.Truthful, ["before it was nothing"],
        Created(1), Events(6, PutA1, PutA2, PutB2, PutA3, DeleteB with { Previous = null }, PutA4));

    [Fact]
    public void An_event_that_nobody_made() => AssertViolated(
        WatchRules.Truthful, ["was not written"],
        Created(1), Events(7, PutA1, PutA2, PutB2, PutA3, DeleteB, PutA4, new StoreEvent(7, "a", A4 with { ModRevision = 7 }, A4)));

    [Fact]
    public void Any_event_that_is_dropped_repeated_or_moved_is_found()
    {
        int changed = 0;
        int caught = 0;
        for (int seed = 1; seed <= 300; seed++)
        {
            Random random = new(seed);
            SimulatedRun run = StoreSimulation.Run(seed, new StoreSimulationOptions { Operations = 60, UnknownPerMille = 0 });
            WatchJudge judge = new(RevisionChecker.Check(run.History).Sequence);
            WatchRecord watch = WatchSimulation.Run(random, run, "w");
            if (Mutate(random, watch) is { } mutant)
            {
                changed++;
                caught += judge.Check([mutant]).Ruling == Ruling.Violated ? 1 : 0;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{caught} of {changed} found.");
        Assert.True(changed > 200, $"{changed} changed");
        Assert.Equal(changed, caught);
    }

    private static WatchRecord? Mutate(Random random, WatchRecord watch)
    {
        List<WatchResponse> responses = [.. watch.Responses];
        int[] withEvents = [.. Enumerable.Range(0, responses.Count).Where(index => responses[index].Events.Count > 0)];
        if (withEvents.Length < 2)
        {
            return null;
        }

        int at = withEvents[random.Next(withEvents.Length - 1)];
        int other = withEvents.First(index => index > at);
        List<StoreEvent> events = [.. responses[at].Events];
        int which = random.Next(events.Count);
        switch (random.Next(4))
        {
            case 0:
                events.RemoveAt(which);
                break;
            case 1:
                events.Insert(random.Next(events.Count + 1), events[which]);
                break;
            case 2:
                events[which] = events[which] with { Record = new KeyRecord("other", "x", 1, 1, 1) };
                break;
            default:
                (responses[at], responses[other]) = (responses[other], responses[at]);
                return watch with { Responses = responses };
        }

        responses[at] = responses[at] with { Events = events };
        return watch with { Responses = responses };
    }

    private static WatchResponse Created(long revision) => new(WatchResponseKind.Created, revision, []);

    private static WatchResponse Events(long revision, params StoreEvent[] events) => new(WatchResponseKind.Events, revision, events);

    private static WatchResponse Progress(long revision) => new(WatchResponseKind.Progress, revision, []);

    private static WatchRecord Watch(params WatchResponse[] responses) => new()
    {
        Name = "w",
        Range = KeyRange.All,
        WantsPrevious = true,
        AwaitedRevision = 6,
        Responses = responses,
    };

    private Verdict Check(params WatchResponse[] responses) => _judge.Check([Watch(responses)]);

    private void AssertViolated(string rule, string[] told, params WatchResponse[] responses) =>
        Verdicts.AssertViolated(Check(responses), rule, ["watcher w", .. told]);
}
