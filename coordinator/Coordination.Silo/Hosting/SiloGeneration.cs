using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>
/// Chooses generations, which tell the silos of one end point apart. Orleans lets the greatest survive, so each must be greater than all
/// before it, whatever the clock says: the cluster's table knows them, and this remembers its own.
/// </summary>
internal sealed class SiloGeneration(IClusterTable table, SiloHostOptions options, TimeProvider time)
{
    /// <summary>Where Orleans begins to count seconds, too.</summary>
    private static readonly DateTimeOffset Epoch = new(2010, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private int _last;

    /// <summary>The generation of the next silo.</summary>
    /// <exception cref="ClusterTableUnavailableException">The table has no quorum.</exception>
    public async Task<int> NextAsync(CancellationToken cancellationToken)
    {
        ClusterTableSnapshot snapshot = await table.ReadAllAsync(cancellationToken);
        int known = snapshot.Rows.Keys
            .Where(MembershipRows.IsSiloKey)
            .Select(key => MembershipRows.DecodeEntry(key, snapshot).SiloAddress)
            .Where(silo => silo.Endpoint.Equals(options.AdvertisedEndPoint))
            .Select(silo => silo.Generation)
            .Append(_last)
            .Max();
        int clock = (int)Math.Clamp((time.GetUtcNow() - Epoch).TotalSeconds, 1, int.MaxValue - 1);
        return _last = Math.Max(clock, checked(known + 1));
    }
}
