namespace Coordination.Faults.Tests;

/// <summary>The faults that any cluster can be hit by at any time.</summary>
public static class FaultCatalog
{
    private const int DelayMaxMilliseconds = 200;

    public static readonly IReadOnlyList<Fault> All =
    [
        new("none", scene => scene.AwaitWrites()),
        new("kill-leader", async scene => await Kill(scene, await scene.Leader())),
        new("kill-follower", async scene => await Kill(scene, (await scene.Followers())[0])),
        new("kill-majority", async scene => await KillAll(scene, scene.Shuffled()[..2])),
        new("kill-all", async scene => await KillAll(scene, scene.Shuffled())),
        new("kill-all-start-two", KillAllStartTwo),
        new("pause-leader", async scene => await Pause(scene, await scene.Leader())),
        new("pause-follower", async scene => await Pause(scene, (await scene.Followers())[0])),
        new("pause-all", PauseAll),
        new("cut-leader", async scene => await Cut(scene, await scene.Leader(), hears: false, isHeard: false)),
        new("cut-leader-is-deaf", async scene => await Cut(scene, await scene.Leader(), hears: false, isHeard: true)),
        new("cut-leader-is-mute", async scene => await Cut(scene, await scene.Leader(), hears: true, isHeard: false)),
        new("cut-follower", async scene => await Cut(scene, (await scene.Followers())[0], hears: false, isHeard: false)),
        new("cut-followers", async scene => await CutPair(scene, await scene.Followers(), isBothWays: true)),
        new("cut-leader-from-one", async scene => await CutPair(
            scene, [await scene.Leader(), (await scene.Followers())[0]], isBothWays: true)),
        new("cut-leader-to-one", async scene => await CutPair(
            scene, [await scene.Leader(), (await scene.Followers())[0]], isBothWays: false)),
        new("cut-one-to-leader", async scene => await CutPair(
            scene, [(await scene.Followers())[0], await scene.Leader()], isBothWays: false)),
        new("cut-all", CutAll),
        new("cut-one-after-another", CutOneAfterAnother),
        new("delays", Delays),
        new("resets", Resets),
        .. ClockFaults.All,
    ];

    /// <summary>The fault of a name.</summary>
    public static Fault Find(string name) =>
        All.FirstOrDefault(fault => fault.Name == name) ?? throw new ArgumentException(
            $"No fault is called '{name}'; there are {string.Join(", ", All)}.", nameof(name));

    private static async Task Kill(FaultScene scene, TestMember victim)
    {
        await victim.Kill();
        await scene.AwaitWrites();
        await scene.Hold();
    }

    private static async Task KillAll(FaultScene scene, TestMember[] victims)
    {
        await Task.WhenAll(victims.Select(victim => victim.Kill()));
        await scene.Hold();
    }

    private static async Task KillAllStartTwo(FaultScene scene)
    {
        var members = scene.Shuffled();
        await KillAll(scene, members);
        members[0].Start();
        members[1].Start();
        await scene.AwaitWrites();
        await scene.Hold();
    }

    private static async Task Pause(FaultScene scene, TestMember victim)
    {
        victim.Pause();
        await scene.HoldOverElection();
        await scene.AwaitWrites();
        victim.Resume();

        // What it slept through reaches it now, at once.
        await scene.AwaitWrites();
    }

    private static async Task PauseAll(FaultScene scene)
    {
        foreach (var member in scene.Shuffled())
        {
            member.Pause();
        }

        await scene.HoldOverElection();
        foreach (var member in scene.Shuffled())
        {
            member.Resume();
        }

        await scene.AwaitWrites();
    }

    private static async Task Cut(FaultScene scene, TestMember victim, bool hears, bool isHeard)
    {
        foreach (var other in scene.Cluster.Members.Where(other => other != victim))
        {
            CutUnless(hears, scene.Links[other.Number, victim.Number]);
            CutUnless(isHeard, scene.Links[victim.Number, other.Number]);
        }

        await scene.HoldOverElection();
        await scene.AwaitWrites();
    }

    private static async Task CutPair(FaultScene scene, TestMember[] pair, bool isBothWays)
    {
        scene.Links[pair[0].Number, pair[1].Number].Cut();
        CutUnless(!isBothWays, scene.Links[pair[1].Number, pair[0].Number]);
        await scene.HoldOverElection();
        await scene.AwaitWrites();
    }

    private static void CutUnless(bool isOpen, Link link)
    {
        if (!isOpen)
        {
            link.Cut();
        }
    }

    private static async Task CutAll(FaultScene scene)
    {
        foreach (var link in scene.Links.All)
        {
            link.Cut();
        }

        await scene.HoldOverElection();
    }

    /// <summary>The network falls apart in one way after another, without ever being whole in between.</summary>
    private static async Task CutOneAfterAnother(FaultScene scene)
    {
        for (var i = 0; i < 4; i++)
        {
            var members = scene.Shuffled();
            scene.Links.Heal();
            scene.Links.Separate(members[0].Number, members[1].Number);
            CutUnless(scene.Random.Next(2) == 0, scene.Links[members[0].Number, members[2].Number]);
            await scene.Hold();
        }
    }

    private static async Task Delays(FaultScene scene)
    {
        foreach (var link in scene.Links.All)
        {
            link.Delay = TimeSpan.FromMilliseconds(scene.Random.Next(DelayMaxMilliseconds));
        }

        await scene.HoldOverElection();
    }

    private static async Task Resets(FaultScene scene)
    {
        for (var i = 0; i < 5; i++)
        {
            var members = scene.Shuffled();
            scene.Cluster.ResetConnections(members[0].Number, members[1].Number);
            await scene.Hold();
        }

        await scene.AwaitWrites();
    }
}
