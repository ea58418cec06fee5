namespace Coordination.Linearizability.Tests;

/// <summary>Clients of correct registers: one operation each at a time, that takes effect somewhere between its start and its
/// end.</summary>
internal static class RegisterSimulation
{
    public static IReadOnlyList<RegisterOperation> Run(int seed, int clients, int keys, int operations, int unknownPerMille)
    {
        Random random = new(seed);
        List<RegisterOperation> history = [];
        List<(long Time, int Index)> effects = [];
        long[] free = new long[clients];
        for (int i = 0; i < operations; i++)
        {
            int client = random.Next(clients);
            long start = free[client] + random.Next(1, 50);
            bool isUnknown = random.Next(1000) < unknownPerMille;
            long effect = start + random.Next(isUnknown ? 2000 : 100);
            long end = isUnknown ? start + 200 : effect + random.Next(100);
            free[client] = end;
            history.Add(new(
                i + 1, client, "-", start, end, DrawRequest(random, keys, i), isUnknown ? Outcome.Unknown : Outcome.Answered, null));
            if (!isUnknown || random.Next(2) == 0)
            {
                effects.Add((effect, i));
            }
        }

        Dictionary<string, string?> values = [];
        foreach ((_, int index) in effects.OrderBy(effect => effect.Time))
        {
            RegisterAnswer answer = Apply(values, history[index].Request);
            history[index] = history[index].Outcome == Outcome.Unknown ? history[index] : history[index] with { Answer = answer };
        }

        return history;
    }

    private static RegisterRequest DrawRequest(Random random, int keys, int number)
    {
        string key = $"k{random.Next(keys)}";
        return random.Next(10) switch
        {
            < 4 => new RegisterRequest.Get(key),
            < 7 => new RegisterRequest.Put(key, $"v{number}"),
            7 => new RegisterRequest.Delete(key),
            _ => new RegisterRequest.CompareAndSwap(key, $"v{random.Next(Math.Max(0, number - 40), number + 1)}", $"v{number}"),
        };
    }

    private static RegisterAnswer Apply(Dictionary<string, string?> values, RegisterRequest request)
    {
        string? value = values.GetValueOrDefault(request.Key);
        switch (request)
        {
            case RegisterRequest.Get:
                return new RegisterAnswer.Found(value);
            case RegisterRequest.CompareAndSwap swap:
                values[request.Key] = value == swap.Expected ? swap.Value : value;
                return new RegisterAnswer.Swapped(value == swap.Expected);
            default:
                values[request.Key] = (request as RegisterRequest.Put)?.Value;
                return new RegisterAnswer.Done();
        }
    }
}
