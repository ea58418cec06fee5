using Orleans;
using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Orleans.Placement;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>
/// The address of a replica and nothing more: it holds no state, and never waits on behalf of another call. There is one on each silo
/// for each of its replicas; that Orleans might have two of them for a moment is of no consequence.
/// </summary>
[Reentrant]
[KeepAlive]
[Immovable]
[PinnedPlacement]
[GrainDirectory(GrainDirectoryName = MemberGrainDirectory.Name)]
[GrainType("replica")]
internal sealed class PartitionReplicaGrain : Grain, IPartitionReplicaGrain
{
    private readonly IPartitionHosting _hosting;
    private readonly ReplicaAddress _address;

    public PartitionReplicaGrain(IPartitionHosting hosting, IGrainContext context)
    {
        _hosting = hosting;
        string? key = context.GrainId.Key.ToString();
        if (!ReplicaAddress.TryParse(key, out _address) || _address.Member != hosting.MemberId)
        {
            throw new InvalidOperationException($"{key} is not a replica of member {ReplicaAddress.NameOf(hosting.MemberId)}.");
        }
    }

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        _hosting.AttachAsync(_address.Partition, cancellationToken);

    /// <inheritdoc/>
    public Task<EncodedBytes> InvokeAsync(EncodedBytes command, CancellationToken cancellationToken) =>
        _hosting.InvokeAsync(_address.Partition, command, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(EncodedBytes specification, CancellationToken cancellationToken) =>
        _hosting.StartAsync(_address.Partition, specification, cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _hosting.StopAsync(_address.Partition, cancellationToken);

    /// <inheritdoc/>
    public Task<LeadershipMove> TransferLeadershipAsync(ulong member, CancellationToken cancellationToken) =>
        _hosting.TransferLeadershipAsync(_address.Partition, member, cancellationToken);

    /// <inheritdoc/>
    public Task<ReplicaReport> GetReportAsync(CancellationToken cancellationToken) =>
        Task.FromResult(_hosting.GetReport(_address.Partition));
}
