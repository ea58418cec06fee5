using System.Globalization;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>
/// Who a silo is. Unlike Orleans' own, the generation comes from the owner: a clock that was set back would make a new silo the older
/// one, and two silos built within a second the same.
/// </summary>
internal sealed class SiloDetails(SiloHostOptions options, int generation) : ILocalSiloDetails
{
    /// <inheritdoc/>
    public string Name { get; } = ReplicaAddress.NameOf(options.MemberId);

    /// <inheritdoc/>
    public string ClusterId { get; } = ClusterIdOf(options);

    /// <inheritdoc/>
    public string DnsHostName { get; } = System.Net.Dns.GetHostName();

    /// <inheritdoc/>
    public SiloAddress SiloAddress { get; } = SiloAddress.New(options.AdvertisedEndPoint, generation);

    /// <inheritdoc/>
    /// <remarks>No client of Orleans connects to a node. Orleans' own details are null then, too, despite the interface.</remarks>
    public SiloAddress GatewayAddress => null!;

    public static string ClusterIdOf(SiloHostOptions options) => options.ClusterId.ToString("x16", CultureInfo.InvariantCulture);
}
