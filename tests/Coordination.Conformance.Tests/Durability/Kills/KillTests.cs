namespace Coordination.Conformance.Tests;

/// <summary>
/// Kill -9 at random moments. CRASH_ROUNDS sets the number of rounds, CRASH_SEED the plan of the run; both are in the summary.
/// </summary>
public sealed class KillTests
{
    private const int RoundsDefault = 12;

    [Theory, OnEveryLoneServer]
    public async Task What_was_acknowledged_survives_a_kill_at_any_moment(IConformanceTarget target)
    {
        var rounds = TestSetting.Number("CRASH_ROUNDS") ?? RoundsDefault;
        var seed = TestSetting.Number("CRASH_SEED") ?? Random.Shared.Next(1_000_000);

        var summary = await new KillRun(target, seed, rounds).Run();

        TestContext.Current.TestOutputHelper!.WriteLine(summary);
    }
}
