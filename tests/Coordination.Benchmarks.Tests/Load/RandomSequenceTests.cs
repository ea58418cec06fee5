namespace Coordination.Benchmarks.Tests;

public sealed class RandomSequenceTests
{
    [Fact]
    public void Clients_in_a_row_choose_different_keys()
    {
        const int Clients = 200;
        const int Draws = 500;
        const int Limit = 1_000_000;
        var chosen = new HashSet<int>();
        for (ulong client = 1; client <= Clients; client++)
        {
            var random = new RandomSequence(client);
            for (int i = 0; i < Draws; i++)
            {
                chosen.Add(random.Next(Limit));
            }
        }

        // Independent draws of that many leave 95,163 different ones on average.
        Assert.InRange(chosen.Count, 94_000, 96_500);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        var first = new RandomSequence(7);
        var second = new RandomSequence(7);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(first.Next(1 << 30), second.Next(1 << 30)));
    }
}
