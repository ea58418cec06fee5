using System.Net;
using Orleans.Hosting;

namespace Coordination.Silo;

/// <summary>How a node runs its silo.</summary>
public sealed record SiloHostOptions
{
    /// <summary>The id of the cluster: silos of another one are refused.</summary>
    public required ulong ClusterId { get; init; }

    /// <summary>The id of the member that this node is. The silo bears it as its name, and that is how others find it.</summary>
    public required ulong MemberId { get; init; }

    /// <summary>Where other silos connect to: the node's peer port.</summary>
    public required IPEndPoint AdvertisedEndPoint { get; init; }

    /// <summary>
    /// Where connections of other silos come from; null lets the silo listen at <see cref="AdvertisedEndPoint"/> by itself.
    /// </summary>
    public SiloConnections? Connections { get; init; }

    /// <summary>How long a call of a grain may take. Then its outcome is unknown.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection to another silo may take to open. While it opens, calls to that silo wait.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a silo may take to join, while the cluster's table has a quorum. Then it is built anew.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a stop in good order may take. Then it goes on without regard for others, for another <see cref="KillTimeout"/>.
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a silo that was declared dead, or could not start, may take to end. Then nobody waits for it.</summary>
    public TimeSpan KillTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long to wait before a silo is built anew, at first; each failure in a row doubles it.</summary>
    public TimeSpan RebuildDelayMin { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait before a silo is built anew.</summary>
    public TimeSpan RebuildDelayMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Between two probes of another silo. Three misses, seen by two silos, make a silo dead to Orleans, and to nobody else.
    /// </summary>
    public TimeSpan ProbePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Between two looks at the whole membership: no silo that was declared dead stays unaware of it for longer.</summary>
    public TimeSpan TableRefreshPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Between two signs of life of a silo in the cluster's table. A silo that joins has to reach all others first, but for those that have
    /// given none for three periods: after all nodes ended without a word, that is how long the first ones wait for those that stay away.
    /// </summary>
    public TimeSpan SignOfLifePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many addresses of grains a silo remembers. A replica whose address was forgotten is found again by its key.</summary>
    public int CachedAddressesMax { get; init; } = 8192;

    /// <summary>What the node adds to each silo that it builds: grains of its own, TLS.</summary>
    public Action<ISiloBuilder>? Extend { get; init; }
}
