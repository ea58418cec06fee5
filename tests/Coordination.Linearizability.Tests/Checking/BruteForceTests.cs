namespace Coordination.Linearizability.Tests;

/// <summary>The search against trying every order of every subset of the unknown operations, on histories short enough for that.</summary>
public sealed class BruteForceTests
{
    private static readonly RegisterModel Model = new();

    [Fact]
    public void The_search_agrees_with_trying_every_order()
    {
        LinearizabilityChecker<RegisterState, RegisterRequest, RegisterAnswer> checker = new(Model);
        int violated = 0;
        const int Histories = 3000;
        for (int seed = 1; seed <= Histories; seed++)
        {
            RegisterOperation[] history = Draw(new Random(seed));
            bool expected = HasOrder(default, [.. history]);
            violated += expected ? 0 : 1;

            Assert.True(
                checker.Check(history).Ruling == (expected ? Ruling.Correct : Ruling.Violated), $"{seed}:\n{HistoryText.Write(history)}");
        }

        Assert.InRange(violated, Histories / 5, Histories * 4 / 5);
    }

    private static bool HasOrder(RegisterState state, List<RegisterOperation> left)
    {
        if (left.TrueForAll(operation => operation.Outcome == Outcome.Unknown))
        {
            return true;
        }

        foreach (RegisterOperation next in left.Where(next => !left.Exists(other => other.IsBefore(next))))
        {
            Transition<RegisterState, RegisterAnswer> step = Model.Step(state, next.Request);
            if ((next.Outcome == Outcome.Unknown || step.Answer.Equals(next.Answer))
                && HasOrder(step.State, [.. left.Where(other => !ReferenceEquals(other, next))]))
            {
                return true;
            }
        }

        return false;
    }

    private static RegisterOperation[] Draw(Random random) =>
        [.. Enumerable.Range(1, random.Next(3, 8)).Select(id => Draw(random, id))];

    private static RegisterOperation Draw(Random random, int id)
    {
        long start = random.Next(40);
        RegisterRequest request = random.Next(4) switch
        {
            0 => new RegisterRequest.Get("a"),
            1 => new RegisterRequest.Put("a", $"{random.Next(2)}"),
            2 => new RegisterRequest.Delete("a"),
            _ => new RegisterRequest.CompareAndSwap("a", $"{random.Next(2)}", $"{random.Next(2)}"),
        };
        RegisterAnswer? answer = random.Next(4) == 0 ? null : request switch
        {
            RegisterRequest.Get => new RegisterAnswer.Found(random.Next(3) == 0 ? null : $"{random.Next(2)}"),
            RegisterRequest.CompareAndSwap => new RegisterAnswer.Swapped(random.Next(2) == 0),
            _ => new RegisterAnswer.Done(),
        };
        return new(
            id, id, "-", start, start + random.Next(20), request, answer is null ? Outcome.Unknown : Outcome.Answered, answer);
    }
}
