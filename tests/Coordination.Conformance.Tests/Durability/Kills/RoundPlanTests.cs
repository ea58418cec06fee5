namespace Coordination.Conformance.Tests;

public sealed class RoundPlanTests
{
    /// <summary>Numbers that were drawn by another process: what a process adds of its own would show.</summary>
    [Fact]
    public void The_same_seed_is_the_same_plan_in_every_process()
    {
        var plans = RoundPlan.OfRun(7).Take(3).Select(plan => (plan.Number, plan.LoadSeed, plan.Writers, plan.KillAt));

        Assert.Equal([(1, 1_629_711_888, 13, 147), (2, 931_263_888, 10, 16), (3, 1_159_396_381, 23, 241)], plans);
    }
}
