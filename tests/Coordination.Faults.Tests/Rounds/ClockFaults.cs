namespace Coordination.Faults.Tests;

/// <summary>
/// Wall clocks that jump by an hour, forward and back. Nothing that clients are promised depends on them, and no leader is lost: if one is,
/// it may be for another reason on a busy machine, so that the jumps are repeated, but not every time.
/// </summary>
internal static class ClockFaults
{
    private const int AttemptsMax = 4;

    private static readonly TimeSpan Jump = TimeSpan.FromHours(1);

    public static readonly IReadOnlyList<Fault> All =
    [
        new("clock-leader", async scene => await JumpThereAndBack(scene, await scene.Leader())),
        new("clock-follower", async scene => await JumpThereAndBack(scene, (await scene.Followers())[0])),
        new("clocks-apart", scene => KeepLeader(scene, () => JumpApart(scene))),
        new("clock-back-at-start", StartInThePast),
    ];

    private static Task JumpThereAndBack(FaultScene scene, TestMember victim) => KeepLeader(scene, async () =>
    {
        var first = scene.Random.Next(2) == 0 ? Jump : -Jump;
        foreach (var offset in new[] { first, -first, TimeSpan.Zero })
        {
            await victim.JumpTo(offset);
            await scene.AwaitWrites();
            await scene.HoldOverElection();
        }
    });

    private static async Task JumpApart(FaultScene scene)
    {
        TimeSpan[] offsets = [Jump, -Jump, TimeSpan.Zero];
        scene.Random.Shuffle(offsets);
        for (var turn = 0; turn < offsets.Length; turn++)
        {
            foreach (var member in scene.Cluster.Members)
            {
                await member.JumpTo(offsets[(turn + member.Number) % offsets.Length]);
            }

            await scene.AwaitWrites();
            await scene.Hold();
        }
    }

    /// <summary>A member that begins again at a time at which it had run already.</summary>
    private static async Task StartInThePast(FaultScene scene)
    {
        var victim = scene.Shuffled()[0];
        await victim.Kill();
        await scene.AwaitWrites();
        victim.SetClock(-Jump);
        victim.Start();
        await scene.Cluster.AwaitServing([victim]);
        await victim.AwaitClock();
        await scene.HoldOverElection();
    }

    private static async Task KeepLeader(FaultScene scene, Func<Task> jump)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var before = await scene.Term();
            await jump();
            if (await scene.Term() == before)
            {
                return;
            }
        }

        Assert.Fail($"Whenever a clock jumped, {AttemptsMax} times, leadership changed:\n{scene.Cluster.DescribeOutput()}");
    }
}
