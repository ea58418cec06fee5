namespace Coordination.Raft.Tests;

public sealed class SeededRandomTests
{
    [Fact]
    public void The_same_seed_gives_the_same_sequence_on_every_machine()
    {
        var random = new SeededRandom(1);
        int[] drawn = [.. Enumerable.Range(0, 8).Select(_ => random.Next(10, 20))];
        var again = new SeededRandom(1);
        Assert.Equal(drawn, Enumerable.Range(0, 8).Select(_ => again.Next(10, 20)));
    }

    [Fact]
    public void SplitMix64_of_seed_zero_gives_its_published_first_number()
    {
        // The first output for seed 0 is 0xE220A8397B1DCDAF; its lowest 16 bits are 0xCDAF.
        Assert.Equal(0xCDAF, new SeededRandom(0).Next(0, 0x10000));
    }

    [Fact]
    public void Every_number_of_the_range_comes_about_equally_often()
    {
        var random = new SeededRandom(7);
        int[] counts = new int[10];
        for (int i = 0; i < 100_000; i++)
        {
            counts[random.Next(10, 20) - 10]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void An_empty_range_is_refused() =>
        Assert.Throws<InvariantViolationException>(() => new SeededRandom(1).Next(5, 5));
}
