namespace Coordination.Server.Tests;

public sealed class ReplicaPlanTests
{
    private static readonly ulong[] Members = [10, 20, 30, 40];

    [Fact]
    public void What_a_member_had_that_is_gone_goes_to_those_that_have_the_fewest()
    {
        var map = Map(Entry(1, 10, 20, 30), Entry(2, 30, 20, 10), Entry(3, 10, 20), Entry(4, 30, 40));

        Assert.Equal(["1: 30 to 40", "2: 30 to 40", "4: 30 to 10"], Decide(map, gone: [30]));
    }

    [Fact]
    public void Replicas_stay_where_they_are_when_nobody_has_room_for_them()
    {
        Assert.Empty(Decide(Map(Entry(1, 10, 20, 30, 40)), gone: [30]));
        Assert.Empty(Decide(Map(Entry(1, 10, 20, 30) with { Left = [40] }), gone: [30]));
        Assert.Empty(Decide(Map(Entry(1, 10, 20, 30)), gone: [30, 40]));
    }

    [Fact]
    public void Partition_0_and_partitions_that_come_go_or_change_are_left_alone()
    {
        var map = Map(
            Entry(1, 10, 20, 30) with { Stage = PartitionStage.Creating },
            Entry(2, 10, 20, 30) with { Stage = PartitionStage.Dropping },
            Entry(3, 10, 20, 30) with { Leaving = [40] });

        Assert.Empty(Decide(map, gone: [30]));
    }

    [Fact]
    public void Only_some_groups_change_at_a_time()
    {
        PartitionEntry[] entries = [.. Enumerable.Range(1, 9).Select(static id => Entry((uint)id, 10, 20, 30))];
        Assert.Equal(ReplicaPlan.ChangesMax, Decide(Map(entries), gone: [30]).Length);

        entries[0] = entries[0] with { Leaving = [30], Replicas = [10, 20, 40] };
        Assert.Equal(ReplicaPlan.ChangesMax - 1, Decide(Map(entries), gone: [30]).Length);
    }

    [Fact]
    public void Replicas_are_evened_out_when_all_members_are_there_and_rather_where_nobody_notices()
    {
        var map = Map(Entry(1, 10, 20, 30), Entry(2, 20, 10, 30), Entry(3, 30, 20, 10));

        Assert.Equal(["2: 10 to 40"], Decide(map));
        Assert.Empty(Decide(map, silent: [20]));
        Assert.Empty(Decide(Map([.. map.All.Skip(1), Entry(4, 20, 40, 10) with { Leaving = [30] }])));
    }

    [Fact]
    public void Evening_out_comes_to_an_end_with_members_that_differ_by_one_at_most()
    {
        PartitionEntry[] entries = [.. Enumerable.Range(1, 10).Select(static id => Entry((uint)id, 10, 20, 30))];
        int moves = 0;
        while (ReplicaPlan.Decide(Map(entries), Members, Members.ToHashSet(), new HashSet<ulong>()) is [var move])
        {
            moves++;
            Assert.InRange(moves, 1, 30);
            int moved = (int)move.Partition - 1;
            entries[moved] = entries[moved].WithReplica(move.From, move.To).WithGroupChanged().WithDeleted(move.From);
        }

        int[] loads = [.. Members.Select(member => entries.Count(entry => entry.Replicas.Contains(member)))];
        Assert.Equal(1, loads.Max() - loads.Min());
        Assert.Equal(7, moves);
    }

    private static string[] Decide(PartitionMap map, ulong[]? gone = null, ulong[]? silent = null) =>
    [
        .. ReplicaPlan.Decide(map, Members, Members.Except(gone ?? []).Except(silent ?? []).ToHashSet(), (gone ?? []).ToHashSet())
            .Select(static move => $"{move.Partition}: {move.From} to {move.To}"),
    ];

    private static PartitionMap Map(params PartitionEntry[] entries) => PartitionMap.Of(1, [Entry(0, Members), .. entries]);

    private static PartitionEntry Entry(uint id, params ulong[] replicas) =>
        new() { Id = id, Prefix = id == 0 ? [] : [(byte)id], Replicas = replicas, Stage = PartitionStage.Serving };
}
