using Coordination.Raft;
using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

/// <summary>What the network's news of a lost leader does, without which nothing would happen here: elections time out after an hour.</summary>
public sealed class LostLeaderTests : IAsyncLifetime
{
    private const uint Idle = 7;

    private static readonly PartitionReplicaOptions Options = new()
    {
        ElectionTimeoutTicks = 72_000,
        QuiesceAfterTicks = 2,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coordination-members-");
    private readonly SortedDictionary<ulong, NetworkedMember> _members = [];
    private readonly SortedDictionary<ulong, Uri> _urls = [];

    public async ValueTask InitializeAsync()
    {
        for (ulong id = 1; id <= 3; id++)
        {
            _members[id] = await NetworkedMember.ListenAsync(id, FolderOf(id), port: 0);
            _urls[id] = _members[id].Url;
        }

        await Task.WhenAll(_members.Values.Select(member => member.OpenAsync(_urls, Options)));
        await ElectAsync(1, static member => member.Replica);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members.Values)
        {
            await member.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_leader_whose_process_has_ended_is_replaced_without_waiting_for_a_timeout()
    {
        await _members[1].DisposeAsync();
        _members.Remove(1);
        await Task.WhenAll(_members.Values.Select(member => PutAsync(member.Replica)));
    }

    [Fact]
    public async Task An_idle_partition_sleeps_and_wakes_for_work_and_for_the_loss_of_its_leader()
    {
        await Task.WhenAll(_members.Values.Select(member => member.Host.CreateAsync(Idle, [1, 2, 3])));
        await ElectAsync(2, IdleOf);
        Assert.Equal(ProposalEnd.Applied, (await IdleOf(_members[2]).ProposeAsync(new ServeCommand(1, []))).End);
        await SleepAsync();

        Assert.Equal(ProposalEnd.Applied, (await IdleOf(_members[3]).ProposeAsync(HostFixture.Put("key", "1"))).End);
        await SleepAsync();
        Assert.True((await IdleOf(_members[1]).ReadAsync()).IsConfirmed);
        await SleepAsync();

        await _members[2].DisposeAsync();
        _members.Remove(2);
        await PutAsync(IdleOf(_members[1]));
    }

    [Fact]
    public async Task Partition_0_stays_awake()
    {
        long before = await TicksAsync();
        while (await TicksAsync() < before + 10)
        {
            Assert.All(_members.Values, static member => Assert.False(member.Replica.GetStatus().IsQuiesced));
        }

        // Heartbeats are as frequent as ticks: whoever slept would hear none.
        Task<long> TicksAsync() => Task.FromResult(_members[1].Replicas.Network.GetStatus().Sum(static peer => peer.MessagesSent));
    }

    /// <summary>What is handed to a leader in the moment in which it ends has an unknown outcome, and is said again.</summary>
    private static async Task PutAsync(PartitionReplica replica)
    {
        ProposalEnd end;
        do
        {
            end = (await replica.ProposeAsync(HostFixture.Put("key", "")).WaitAsync(TestContext.Current.CancellationToken)).End;
            Assert.Contains(end, new[] { ProposalEnd.Applied, ProposalEnd.TimedOut });
        }
        while (end != ProposalEnd.Applied);
    }

    private static PartitionReplica IdleOf(NetworkedMember member) => member.Host.Find(Idle)!;

    /// <summary>A replica can be elected when the others' run and are connected: until then it asks again.</summary>
    private async Task ElectAsync(ulong leader, Func<NetworkedMember, PartitionReplica> find)
    {
        var started = Task.WhenAll(_members.Values.Select(member => find(member).Started));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!started.IsCompleted)
        {
            find(_members[leader]).Campaign();
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task SleepAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!_members.Values.All(static member => IdleOf(member).GetStatus().IsQuiesced))
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private string FolderOf(ulong id) => Path.Combine(_folder.FullName, $"{id}");
}
