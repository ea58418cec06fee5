namespace Coordination.Raft.Tests;

/// <summary>
/// What a committed entry may cost in memory, over all three replicas together and without its payload. The budgets are ceilings with some
/// air over what was measured; a change that breaks one has put an allocation on the path of every proposal.
/// </summary>
public sealed class ProposeAllocationTests
{
    private const int Entries = 16 * 1024;

    private static readonly byte[] Payload = new byte[256];

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(16, 180)]
    [InlineData(256, 120)]
    public void Committing_an_entry_stays_within_its_budget(int batch, int budgetBytes)
    {
        var group = new DirectGroup(replicas: 3);
        Run(group, batch);

        long before = GC.GetAllocatedBytesForCurrentThread();
        long appliedBefore = group.Applied;
        Run(group, batch);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(3 * Entries, group.Applied - appliedBefore);
        Assert.True(
            allocated <= (long)budgetBytes * Entries,
            $"{(double)allocated / Entries:F1} bytes per entry in batches of {batch}; the budget is {budgetBytes}.");
    }

    private static void Run(DirectGroup group, int batch)
    {
        for (int done = 0; done < Entries; done += batch)
        {
            group.Commit(Payload, batch);
            if (done % 4096 == 0)
            {
                group.Compact();
            }
        }

        group.Heartbeat();
    }
}
