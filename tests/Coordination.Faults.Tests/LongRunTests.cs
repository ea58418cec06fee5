namespace Coordination.Faults.Tests;

/// <summary>
/// Random faults one after another, when FAULT_ROUNDS says how many. FAULT_SEED repeats the plan of a run, FAULT_KINDS (names, separated by
/// commas) leaves other faults out.
/// </summary>
public sealed class LongRunTests
{
    [Fact]
    public async Task Faults_one_after_another_break_no_promise()
    {
        var rounds = TestSetting.Number("FAULT_ROUNDS");
        Assert.SkipWhen(rounds is null, "FAULT_ROUNDS says how many.");
        var seed = TestSetting.Number("FAULT_SEED") ?? Random.Shared.Next(1_000_000);
        var report = TestContext.Current.TestOutputHelper!;
        await new FaultRun(seed, rounds.Value, Kinds(), report.WriteLine).Run();
    }

    private static IReadOnlyList<Fault> Kinds() => Environment.GetEnvironmentVariable("FAULT_KINDS") is { Length: > 0 } names
        ? [.. names.Split(',').Select(FaultCatalog.Find)]
        : FaultCatalog.All;
}
