using System.Text;
using System.Text.Json;

namespace Coordination.Server.Tests;

public sealed class PartitionEntryTests
{
    [Fact]
    public void An_entry_whose_group_never_changed_is_stored_as_it_always_was()
    {
        const string Stored = """{"id":3,"prefix":"Yi8=","replicas":[1,2],"stage":"Serving","revision":0}""";
        var entry = JsonSerializer.Deserialize(Stored, PartitionEntryJson.Default.PartitionEntry);

        Assert.True(entry is { Leaving: null, Left: null, Former: null, HasChanged: false, IsChanging: false });
        Assert.Equal(Stored, Encoding.UTF8.GetString(PartitionMapRows.Encode(entry)));
    }

    [Fact]
    public void A_replica_goes_to_another_member_and_the_one_that_had_it_is_remembered_until_it_is_deleted()
    {
        var entry = new PartitionEntry { Id = 3, Prefix = [1], Replicas = [1, 2, 3], Stage = PartitionStage.Serving };

        var moving = Stored(entry.WithReplica(2, 4));
        Assert.Equal([1, 4, 3], moving.Replicas);
        Assert.True(moving is { IsChanging: true, HasChanged: true } && moving.IsHeldBy(2) && moving.IsHeldBy(4));
        var changed = Stored(moving.WithGroupChanged());
        Assert.True(changed is { IsChanging: false, HasChanged: true } && !changed.IsHeldBy(2) && changed.HasLeft(2));
        var left = Stored(changed.WithFormer(2, 7).WithFormer(2, 9));
        Assert.Equal(9ul, left.Former![2]);
        var deleted = Stored(left.WithDeleted(2));
        Assert.True(!deleted.HasLeft(2) && deleted is { Left: null, HasChanged: true });
        Assert.Equal(9ul, deleted.Former![2]);
    }

    private static PartitionEntry Stored(PartitionEntry entry) =>
        JsonSerializer.Deserialize(PartitionMapRows.Encode(entry), PartitionEntryJson.Default.PartitionEntry)!;
}
