namespace Coordination.Faults.Tests;

/// <summary>Every fault once. FAULT_SEED plays them as they were played before, as far as processes can.</summary>
public sealed class FaultTests(SharedCluster cluster) : IClassFixture<SharedCluster>
{
    public static TheoryData<string> Names => new(FaultCatalog.All.Select(fault => fault.Name));

    [Theory, MemberData(nameof(Names))]
    public Task A_fault_breaks_no_promise(string name) => Play(name, PartitionChange.None);

    [Theory]
    [InlineData("kill-leader")]
    [InlineData("kill-all")]
    [InlineData("pause-leader")]
    [InlineData("cut-leader")]
    [InlineData("cut-one-after-another")]
    [InlineData("clocks-apart")]
    public async Task A_partition_may_go_and_another_come_meanwhile(string name)
    {
        await Play(name, PartitionChange.Drop);
        await Play(name, PartitionChange.Move);
    }

    private async Task Play(string name, PartitionChange change)
    {
        var seed = TestSetting.Number("FAULT_SEED") ?? Random.Shared.Next(1_000_000);
        var report = TestContext.Current.TestOutputHelper!;
        report.WriteLine($"seed {seed}");
        report.WriteLine($"{await cluster.Play(FaultCatalog.Find(name), seed, change)}");
    }
}
