using System.Collections.Concurrent;
using Coordination.Raft;

namespace Coordination.Transport.Tests;

public sealed class ForwardTests
{
    [Fact]
    public async Task A_request_is_answered_with_what_the_peer_says()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        b.Receiver.Answer = static (request, _) => ValueTask.FromResult(
            new ForwardAnswer(request.Partition.Value + request.Kind, request.Payload));
        await a.ConnectAsync(b.Id, b.Url);

        var result = await ForwardWhenOpenAsync(a, b.Id, Request(payload: 42));

        Assert.Equal((ForwardOutcome.Answered, 12u), (result.Outcome, result.Answer.Failure));
        Assert.Equal(42, NumberOf(result.Answer.Payload));
    }

    [Fact]
    public async Task Many_requests_are_under_way_and_answers_come_in_any_order()
    {
        const int Count = 500;
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        ConcurrentStack<(ForwardRequest Request, TaskCompletionSource<ForwardAnswer> Answer)> waiting = [];
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await a.ConnectAsync(b.Id, b.Url);
        await ForwardWhenOpenAsync(a, b.Id, Request(0));
        b.Receiver.Answer = (request, _) =>
        {
            var answer = new TaskCompletionSource<ForwardAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Push((request, answer));
            if (waiting.Count == Count)
            {
                all.SetResult();
            }

            return new ValueTask<ForwardAnswer>(answer.Task);
        };

        var results = Enumerable.Range(0, Count).Select(i => Forward(a, b.Id, Request(i))).ToArray();
        await all.Task.InTime();
        Assert.Equal(Count, a.StatusOf(b.Id).ForwardsPending);
        while (waiting.TryPop(out var last))
        {
            last.Answer.SetResult(new ForwardAnswer(0, last.Request.Payload));
        }

        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(i, NumberOf((await results[i].InTime()).Answer.Payload));
        }

        Assert.Equal(0, a.StatusOf(b.Id).ForwardsPending);
    }

    [Fact]
    public async Task A_request_without_a_connection_was_not_sent()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var nowhere = new Relay();
        await a.Network.SetAsync(new MemberId(2), [nowhere.Url]);

        Assert.Equal(ForwardResult.NotSent, await Forward(a, new MemberId(2), Request(1)).InTime());
    }

    [Fact]
    public async Task A_broken_connection_leaves_what_the_peer_may_have_seen_unknown()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await using var relay = new Relay(b.Url);
        await a.ConnectAsync(b.Id, relay.Url);
        await ForwardWhenOpenAsync(a, b.Id, Request(0));
        var seen = NeverAnswer(b);
        var first = Forward(a, b.Id, Request(1));
        await seen.Task.InTime();

        relay.Cut();

        Assert.Equal(ForwardResult.Unknown, await first.InTime());
        b.Receiver.Answer = static (request, _) => ValueTask.FromResult(new ForwardAnswer(0, request.Payload));
        await a.Log.NextAsync("is reachable");
        Assert.Equal(ForwardOutcome.Answered, (await ForwardWhenOpenAsync(a, b.Id, Request(2))).Outcome);
    }

    [Fact]
    public async Task Under_repeated_loss_every_request_ends_and_no_answer_goes_astray()
    {
        const int Burst = 50;
        int number = 0;
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await using var relay = new Relay(b.Url);
        ConcurrentDictionary<int, bool> carriedOut = [];
        b.Receiver.Answer = (request, _) =>
        {
            carriedOut[NumberOf(request.Payload)] = true;
            return ValueTask.FromResult(new ForwardAnswer(0, request.Payload));
        };
        await a.ConnectAsync(b.Id, relay.Url);
        for (int round = 0; round < 5; round++)
        {
            await ForwardWhenOpenAsync(a, b.Id, Request(-1));
            relay.CutAfter(3000 + (round * 1000));
            for (bool isUp = true; isUp; number += Burst)
            {
                var results = await Task.WhenAll(
                    Enumerable.Range(number, Burst).Select(i => Forward(a, b.Id, Request(i)))).InTime();
                for (int i = 0; i < Burst; i++)
                {
                    var (outcome, answer) = results[i];
                    Assert.True(outcome != ForwardOutcome.Answered || NumberOf(answer.Payload) == number + i, "An answer went astray.");
                    Assert.False(outcome == ForwardOutcome.NotSent && carriedOut.ContainsKey(number + i), "A lie about a request.");
                    isUp &= outcome == ForwardOutcome.Answered;
                }
            }

            await a.Log.NextAsync("is reachable");
        }
    }

    [Fact]
    public async Task Requests_beyond_the_bound_are_not_sent()
    {
        await using var a = await TestMember.StartAsync(TestMember.Options(1) with { ForwardsMax = 2 });
        await using var b = await TestMember.StartAsync(2);
        await a.ConnectAsync(b.Id, b.Url);
        await ForwardWhenOpenAsync(a, b.Id, Request(0));
        NeverAnswer(b);

        var first = Forward(a, b.Id, Request(1));
        var second = Forward(a, b.Id, Request(2));

        Assert.Equal(ForwardResult.NotSent, await Forward(a, b.Id, Request(3)).InTime());
        Assert.False(first.IsCompleted || second.IsCompleted);
    }

    [Fact]
    public async Task A_peer_works_on_no_more_requests_than_it_allows_itself()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(TestMember.Options(2) with { ForwardedWorkMax = 2 });
        await a.ConnectAsync(b.Id, b.Url);
        await ForwardWhenOpenAsync(a, b.Id, Request(0));
        int working = 0;
        int most = 0;
        b.Receiver.Answer = async (request, _) =>
        {
            int now = Interlocked.Increment(ref working);
            most = Math.Max(most, now);
            await Task.Yield();
            Interlocked.Decrement(ref working);
            return new ForwardAnswer(0, request.Payload);
        };

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Forward(a, b.Id, Request(i)))).InTime();

        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task A_caller_that_stops_waiting_makes_room_for_another()
    {
        await using var a = await TestMember.StartAsync(TestMember.Options(1) with { ForwardsMax = 1 });
        await using var b = await TestMember.StartAsync(2);
        await a.ConnectAsync(b.Id, b.Url);
        await ForwardWhenOpenAsync(a, b.Id, Request(0));
        var seen = NeverAnswer(b);
        using var impatience = new CancellationTokenSource();
        var first = a.Network.ForwardAsync(b.Id, Request(1), impatience.Token);
        await seen.Task.InTime();

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.InTime());
        b.Receiver.Answer = static (request, _) => ValueTask.FromResult(new ForwardAnswer(0, request.Payload));

        Assert.Equal(2, NumberOf((await Forward(a, b.Id, Request(2)).InTime()).Answer.Payload));
    }

    [Fact]
    public async Task An_engine_that_fails_leaves_the_outcome_unknown()
    {
        await using var a = await TestMember.StartAsync(1);
        await using var b = await TestMember.StartAsync(2);
        await a.ConnectAsync(b.Id, b.Url);
        await ForwardWhenOpenAsync(a, b.Id, Request(0));
        b.Receiver.Answer = static (_, _) => throw new InvalidOperationException("A bug of the engine.");

        Assert.Equal(ForwardResult.Unknown, await Forward(a, b.Id, Request(1)).InTime());
        await a.Log.NextAsync("is not reachable");
    }

    /// <summary>A link is reachable a moment before its stream of requests is open.</summary>
    private static async Task<ForwardResult> ForwardWhenOpenAsync(TestMember from, MemberId to, ForwardRequest request)
    {
        while (true)
        {
            var result = await Forward(from, to, request).InTime();
            if (result.Outcome != ForwardOutcome.NotSent)
            {
                return result;
            }

            await Task.Yield();
        }
    }

    private static Task<ForwardResult> Forward(TestMember from, MemberId to, ForwardRequest request) =>
        from.Network.ForwardAsync(to, request, CancellationToken.None);

    private static TaskCompletionSource NeverAnswer(TestMember member)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        member.Receiver.Answer = async (_, cancellation) =>
        {
            seen.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancellation);
            return default;
        };
        return seen;
    }

    private static ForwardRequest Request(int payload) => new(new PartitionId(7), 5, BitConverter.GetBytes(payload));

    private static int NumberOf(ReadOnlyMemory<byte> payload) => BitConverter.ToInt32(payload.Span);
}
