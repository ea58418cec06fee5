using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Coordination.Silo.Tests;

/// <summary>A node with a silo and nothing else.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    public const ulong ClusterId = 0xc1;

    private TestNode(ulong id, NodeNetwork network, InMemoryClusterTable table)
    {
        Id = id;
        Network = network;
        Table = new ReachableTable(table);
        Hosting = new FakeHosting(id);
        Options = new SiloHostOptions
        {
            ClusterId = ClusterId,
            MemberId = id,
            AdvertisedEndPoint = network.EndPoint,
            Connections = network.Connections,
            CallTimeout = TimeSpan.FromSeconds(3),
            ProbePeriod = TimeSpan.FromSeconds(3),
            TableRefreshPeriod = TimeSpan.FromSeconds(1),
            SignOfLifePeriod = TimeSpan.FromSeconds(3),
            StopTimeout = TimeSpan.FromSeconds(4),
            KillTimeout = TimeSpan.FromSeconds(1),
            Extend = silo => silo.Configure<SiloConnectionOptions>(connections =>
                connections.ConfigureSiloOutboundConnection(outbound =>
                    outbound.Use(next => connection => network.RunOutboundAsync(connection, next)))),
        };
        Silo = SiloHost.Start(new SiloSurroundings(Options, Table, Hosting, Logs, TimeProvider.System));
    }

    public static ILoggerFactory Logs { get; } = NullLoggerFactory.Instance;

    public ulong Id { get; }

    public NodeNetwork Network { get; }

    public ReachableTable Table { get; }

    public FakeHosting Hosting { get; }

    public SiloHostOptions Options { get; }

    public SiloHost Silo { get; }

    public static async Task<TestNode> StartAsync(ulong id, InMemoryClusterTable table) =>
        new(id, await NodeNetwork.OpenAsync(), table);

    /// <summary>Asks the replica of a member through this node's silo.</summary>
    public Task<EncodedBytes> AskAsync(ulong member, CancellationToken cancellationToken, int size = 0) =>
        Silo.GetReplica(new ReplicaAddress(0, member)).InvokeAsync(new EncodedBytes(new byte[size]), cancellationToken);

    /// <summary>Everything of the node that others can see ends, without a word.</summary>
    public async Task CrashAsync()
    {
        Table.IsCut = true;
        await Network.BreakAsync();
    }

    /// <summary>The node is still there, and says nothing any more.</summary>
    public void Freeze()
    {
        Table.IsCut = true;
        Network.FallSilent();
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await Network.DisposeAsync();
    }
}
