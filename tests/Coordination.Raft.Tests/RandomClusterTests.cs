namespace Coordination.Raft.Tests;

/// <summary>Small random histories of whole groups; the simulator does the same at length, with disks that tear writes.</summary>
public sealed class RandomClusterTests
{
    public static TheoryData<int> FirstSeeds() => [.. Enumerable.Range(0, 10).Select(block => block * 40)];

    [Theory]
    [MemberData(nameof(FirstSeeds))]
    public void Groups_stay_safe_in_chaos_and_recover_from_it(int firstSeed)
    {
        for (int seed = firstSeed; seed < firstSeed + 40; seed++)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
            new RandomSchedule(seed).Run(steps: 1_500);
        }
    }
}
