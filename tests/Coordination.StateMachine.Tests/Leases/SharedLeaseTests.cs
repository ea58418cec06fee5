using static Coordination.StateMachine.Tests.PartitionFixture;

namespace Coordination.StateMachine.Tests;

/// <summary>A lease that is at home in one partition and has keys in another.</summary>
public sealed class SharedLeaseTests
{
    private readonly PartitionFixture _home = new();
    private readonly PartitionFixture _other = new(PartitionPhase.Receiving);

    public SharedLeaseTests()
    {
        _home.Apply(new LeaseGrantCommand(7, 60));
        _home.Put("b/1", lease: 7);
        _home.Put("a", lease: 7);
    }

    [Fact]
    public void A_lease_is_attached_to_where_its_keys_go_and_loses_them_here()
    {
        _home.Delegate("b/", 3);
        _home.Reopen();
        Assert.Equal(PartitionSet.Of(3), _home.State.FindLeasePartitions(7));
        Assert.Equal(["a"u8.ToArray()], _home.State.FindLeaseKeys(7));
    }

    [Fact]
    public void A_shadow_comes_with_its_keys_and_is_no_lease_of_the_partition()
    {
        Move();
        Assert.Empty(_other.State.Leases);
        Assert.Equal(new StoredLease(7, 0, 0, IsShadow: true), Assert.Single(_other.State.Shadows));
        Assert.Equal(["b/1"u8.ToArray()], _other.State.FindLeaseKeys(7));
        Assert.Null(_other.State.FindLeasePartitions(7));
        Assert.Equal(ApplyError.None, _other.Put("b/2", lease: 7));
        Assert.Equal(ApplyError.LeaseNotFound, _other.Apply(new LeaseRevokeCommand(7)).Error);
        Assert.Equal(ApplyError.LeaseNotFound, _other.Apply(new LeaseAttachCommand(7, 4)).Error);
        _other.Apply(new LeaseCheckpointCommand([new LeaseRemaining(7, 5)]));
        Assert.Equal(0, Assert.Single(_other.State.Shadows).RemainingSeconds);
    }

    [Fact]
    public void A_revocation_is_remembered_until_every_partition_has_carried_it_out()
    {
        Move();
        ulong token = _home.State.AppliedIndex + 2;
        var attached = Assert.IsType<LeaseAttachResult>(_home.Apply(new LeaseAttachCommand(7, 5)).Result);
        Assert.Equal(new LeaseAttachResult(1, token - 1), attached);
        Assert.Equal(ApplyError.None, _home.Apply(new LeaseRevokeCommand(7)).Error);
        _home.Reopen();
        var pending = Assert.Single(_home.State.PendingRevocations);
        Assert.Equal(new PendingRevocation(7, 1, token, PartitionSet.Of(3, 5)), pending);

        _home.Apply(new RevocationsFinishedCommand([new(7, 1, 3), new(7, 2, 5), new(8, 1, 5)]));
        Assert.Equal(PartitionSet.Of(5), Assert.Single(_home.State.PendingRevocations).Partitions);
        _home.Apply(new RevocationsFinishedCommand([new(7, 1, 5), new(7, 1, 5)]));
        _home.Reopen();
        Assert.Empty(_home.State.PendingRevocations);
    }

    [Fact]
    public void A_revocation_of_a_lease_without_other_partitions_leaves_nothing_to_do()
    {
        _home.Apply(new LeaseRevokeCommand(7));
        Assert.Empty(_home.State.PendingRevocations);
        Assert.Equal(0, _home.View.KeyCount);
        Assert.Equal(ApplyError.LeaseNotFound, _home.Apply(new LeaseAttachCommand(7, 3)).Error);
    }

    [Fact]
    public void An_end_deletes_the_keys_of_a_shadow_in_one_revision_and_is_told()
    {
        Move();
        _other.Put("b/2", lease: 7);
        long before = _other.View.Revision;
        Assert.Equal(ApplyError.None, _other.Apply(new LeaseEndCommand(7, 1, 9)).Error);
        Assert.Equal(2, _other.State.LastEvents.Count);
        Assert.Equal((before + 1, 0L), (_other.View.Revision, _other.View.KeyCount));
        Assert.Empty(_other.State.Shadows);
        Assert.Equal(before + 1, _other.Apply(new LeaseEndCommand(7, 1, 9)).Revision);
        Assert.Equal(ApplyError.LeaseNotFound, _other.Put("b/2", lease: 7));
    }

    [Fact]
    public void A_shadow_that_was_allowed_before_the_last_revocation_comes_too_late()
    {
        Move();
        _other.Apply(new LeaseEndCommand(7, 1, 9));
        _other.Reopen();
        Assert.Equal(9ul, _other.State.LeaseWatermark);
        Assert.Equal(ApplyError.LeaseSuperseded, _other.Apply(new LeaseShadowCommand(7, 1, 8)).Error);
        Assert.Equal(ApplyError.None, _other.Apply(new LeaseShadowCommand(8, 4, 9)).Error);
        Assert.Equal(ApplyError.None, _other.Apply(new LeaseShadowCommand(8, 4, 9)).Error);
        Assert.Equal(ApplyError.None, _other.Put("b/2", lease: 8));
    }

    [Fact]
    public void An_id_is_not_granted_again_before_every_partition_has_ended_its_last_lease()
    {
        Move();
        _home.Apply(new LeaseRevokeCommand(7));
        _home.Reopen();
        Assert.Equal(ApplyError.LeaseExists, _home.Apply(new LeaseGrantCommand(7, 60)).Error);
        Assert.Empty(_home.State.Leases);
        Assert.Equal(ApplyError.None, _home.Apply(new LeaseGrantCommand(8, 60)).Error);

        _home.Apply(new RevocationsFinishedCommand([new(7, 1, 3)]));
        Assert.Equal(ApplyError.None, _home.Apply(new LeaseGrantCommand(7, 60)).Error);
    }

    [Fact]
    public void A_shadow_that_came_with_keys_keeps_them_when_it_is_told_whose_it_is()
    {
        Move();
        Assert.Equal(ApplyError.None, _other.Apply(new LeaseShadowCommand(7, 1, 2)).Error);
        _other.Reopen();
        Assert.Equal(1ul, Assert.Single(_other.State.Shadows).Incarnation);
        Assert.Equal(["b/1"u8.ToArray()], _other.State.FindLeaseKeys(7));

        // The keys end with that lease, and with no other.
        _other.Apply(new LeaseEndCommand(7, 0, 3));
        Assert.Equal(1, _other.View.KeyCount);
        _other.Apply(new LeaseEndCommand(7, 1, 3));
        Assert.Equal(0, _other.View.KeyCount);
    }

    [Fact]
    public void A_later_lease_with_the_id_ends_the_shadow_of_the_earlier_one_and_never_the_other_way_round()
    {
        Move();
        _other.Apply(new LeaseShadowCommand(7, 1, 2));
        _other.Apply(new LeaseShadowCommand(7, 12, 13));
        Assert.Equal(0, _other.View.KeyCount);
        Assert.Single(_other.State.LastEvents);
        _other.Put("b/2", lease: 7);
        Assert.Equal(ApplyError.LeaseSuperseded, _other.Apply(new LeaseShadowCommand(7, 1, 13)).Error);
        _other.Apply(new LeaseEndCommand(7, 1, 11));
        Assert.Equal(["b/2"u8.ToArray()], _other.State.FindLeaseKeys(7));
    }

    [Fact]
    public void At_home_no_shadow_takes_the_place_of_a_lease_and_no_end_ends_it()
    {
        Assert.Equal(ApplyError.LeaseExists, _home.Apply(new LeaseShadowCommand(7, 99, 99)).Error);
        _home.Apply(new LeaseEndCommand(7, 1, 1));
        Assert.Equal(2, _home.View.KeyCount);
    }

    [Fact]
    public void Without_space_leases_are_still_attached_shadowed_and_ended()
    {
        Move();
        _home.Apply(new AlarmCommand(AlarmAction.Activate, 1, AlarmKind.NoSpace));
        _other.Apply(new AlarmCommand(AlarmAction.Activate, 1, AlarmKind.NoSpace));
        Assert.Equal(ApplyError.None, _home.Apply(new LeaseAttachCommand(7, 4)).Error);
        Assert.Equal(ApplyError.None, _other.Apply(new LeaseShadowCommand(8, 1, 1)).Error);
        Assert.Equal(ApplyError.None, _other.Apply(new LeaseEndCommand(7, 1, 9)).Error);
        Assert.Equal(0, _other.View.KeyCount);
    }

    private void Move()
    {
        var given = _home.Delegate("b/", 3);
        _other.Receive(_home, "b/");
        _other.Apply(new ServeCommand(given.Revision, given.Inner));
        _other.Reopen();
    }
}
