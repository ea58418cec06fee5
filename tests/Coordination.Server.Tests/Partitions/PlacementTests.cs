namespace Coordination.Server.Tests;

public sealed class PlacementTests
{
    private static readonly ulong[] Members = [30, 10, 20];

    [Fact]
    public void Replicas_go_to_members_that_have_the_fewest_and_leaders_are_spread()
    {
        var partitions = new List<PartitionEntry> { Entry(0, 10, 20, 30) };
        var chosen = new List<string>();
        foreach (int count in (int[])[1, 1, 1, 2, 2, 2, 3, 3, 3])
        {
            var replicas = Placement.Choose(partitions, Members, count);
            partitions.Add(Entry((uint)partitions.Count, [.. replicas]));
            chosen.Add(string.Join(' ', replicas));
        }

        Assert.Equal(["10", "20", "30", "10 20", "30 20", "10 30", "20 30 10", "20 30 10", "30 10 20"], chosen);
        foreach (ulong member in Members)
        {
            Assert.Equal(6, partitions.Skip(1).Count(entry => entry.Replicas.Contains(member)));
            Assert.Equal(3, partitions.Skip(1).Count(entry => entry.Replicas[0] == member));
        }
    }

    [Fact]
    public void A_member_from_which_partitions_were_dropped_is_first()
    {
        PartitionEntry[] partitions = [Entry(0, 10, 20, 30), Entry(4, 10), Entry(7, 30)];
        Assert.Equal([20ul], Placement.Choose(partitions, Members, 1));
        Assert.Equal([20ul, 10, 30], Placement.Choose(partitions, Members, 3));
    }

    [Fact]
    public void More_replicas_than_members_are_nobodys_wish()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Placement.Choose([], Members, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Placement.Choose([], Members, 0));
    }

    private static PartitionEntry Entry(uint id, params ulong[] replicas) =>
        new() { Id = id, Prefix = [(byte)id], Replicas = replicas, Stage = PartitionStage.Serving };
}
