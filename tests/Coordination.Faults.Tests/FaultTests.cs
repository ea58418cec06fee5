namespace Coordination.Faults.Tests;

/// <summary>
/// Every fault once, on a cluster of its own. FAULT_ROUNDS asks for a long run of random faults instead, FAULT_SEED for one that was there
/// before, FAULT_KINDS for certain faults only.
/// </summary>
public sealed class FaultTests
{
    public static TheoryData<string> Names => new(FaultCatalog.All.Select(fault => fault.Name));

    [Theory, MemberData(nameof(Names))]
    public async Task A_fault_breaks_no_promise(string name)
    {
        var report = TestContext.Current.TestOutputHelper!;
        await new FaultRun(Seed(), rounds: 1, [FaultCatalog.Find(name)], report.WriteLine).Run();
    }

    [Fact]
    public async Task Faults_one_after_another_break_no_promise()
    {
        var rounds = TestSetting.Number("FAULT_ROUNDS");
        Assert.SkipWhen(rounds is null, "FAULT_ROUNDS says how many.");
        var report = TestContext.Current.TestOutputHelper!;
        await new FaultRun(Seed(), rounds.Value, Kinds(), report.WriteLine).Run();
    }

    private static int Seed() => TestSetting.Number("FAULT_SEED") ?? Random.Shared.Next(1_000_000);

    private static IReadOnlyList<Fault> Kinds() => Environment.GetEnvironmentVariable("FAULT_KINDS") is { Length: > 0 } names
        ? [.. names.Split(',').Select(FaultCatalog.Find)]
        : FaultCatalog.All;
}
