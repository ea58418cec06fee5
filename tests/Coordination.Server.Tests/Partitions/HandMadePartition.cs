using Microsoft.Extensions.DependencyInjection;
using System.Text;
using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Server.Tests;

/// <summary>A partition that comes about step by step, by the commands that make one: each step is the test's.</summary>
internal sealed class HandMadePartition(uint id, string prefix, uint parent, params CoordinatorNode[] members)
{
    private DelegateResult? _delegated;

    public uint Id => id;

    private PartitionHost Host => members[0].Foundation.Store;

    private PartitionReplica Parent => Host.Find(parent) ?? throw new InvalidOperationException("The first member has no replica of it.");

    private PartitionReplica Own => Host.Find(id) ?? throw new InvalidOperationException("The partition has not begun.");

    private byte[] Prefix => Encoding.UTF8.GetBytes(prefix);

    /// <summary>From now on nodes do no step by themselves, so that none comes before the test's.</summary>
    public static Task HoldAsync(params IEnumerable<CoordinatorNode> nodes) =>
        Task.WhenAll(nodes.Select(static node => node.Services.GetRequiredService<PartitionMover>().DisposeAsync().AsTask()));

    /// <summary>All steps.</summary>
    public async Task<long> CreateAsync()
    {
        await BeginAsync();
        long moved = await DelegateAsync();
        await CopyAsync();
        await ServeAsync();
        await ShowAsync(PartitionStage.Serving);
        return moved;
    }

    /// <summary>The map has it, and its replicas wait for keys.</summary>
    public async Task BeginAsync()
    {
        await ShowAsync(PartitionStage.Creating);
        await Task.WhenAll(members.Select(member => member.Foundation.Store.CreateAsync(id, Replicas)));
    }

    /// <summary>Its parent gives the keys away; the last revision at which it had them.</summary>
    public async Task<long> DelegateAsync()
    {
        _delegated = Assert.IsType<DelegateResult>((await ApplyAsync(Parent, new DelegatePrefixCommand(Prefix, id))).Result);
        return _delegated.Revision;
    }

    public async Task CopyAsync()
    {
        byte[] after = [];
        for (long chunk = 0; Parent.View.ReadDelegated(Prefix, after, 3, long.MaxValue) is { Count: > 0 } keys; chunk++)
        {
            await ApplyAsync(Own, new ReceiveCommand(chunk, keys));
            after = keys[^1].Key.ToArray();
        }
    }

    public async Task ServeAsync()
    {
        var delegated = _delegated ?? throw new InvalidOperationException("Nothing was given away.");
        await ApplyAsync(Own, new ServeCommand(delegated.Revision, delegated.Inner));
        await ApplyAsync(Parent, new DelegationFinishedCommand(Prefix, id));
    }

    /// <summary>Ends it: its parent takes the keys back, of which there are none.</summary>
    public async Task DropAsync()
    {
        await ShowAsync(PartitionStage.Dropping);
        var retired = Assert.IsType<RetireResult>((await ApplyAsync(Own, new RetireCommand())).Result);
        await ShowAsync(PartitionStage.Retired);
        await ApplyAsync(Parent, new AdoptPrefixCommand(Prefix, id, retired.Revision, retired.Delegations));
        await WriteRowAsync(null);
    }

    public Task ShowAsync(PartitionStage stage) => WriteRowAsync(PartitionMapRows.Encode(new PartitionEntry
    {
        Id = id,
        Prefix = Prefix,
        Replicas = Replicas,
        Stage = stage,
    }));

    private ulong[] Replicas => [.. members.Select(static member => member.MemberId)];

    private static async Task<ApplyResult> ApplyAsync(PartitionReplica replica, Command command)
    {
        var outcome = await replica.ProposeAsync(command);
        Assert.Equal((ProposalEnd.Applied, ApplyError.None), (outcome.End, outcome.Result.Error));
        return outcome.Result;
    }

    private async Task WriteRowAsync(byte[]? row)
    {
        var written = await Host.Default.Metadata.TryWriteAsync(
            [new MetadataWrite(PartitionMapRows.KeyOf(id), MetadataCondition.None, row is null ? default(ReadOnlyMemory<byte>?) : row)]);
        Assert.Equal(MetadataWriteEnd.Written, written.End);
    }
}
