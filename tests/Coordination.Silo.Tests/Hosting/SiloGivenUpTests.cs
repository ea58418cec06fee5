using System.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coordination.Silo.Tests;

/// <summary>Silos that do not become active: whatever they began has to end, or it runs for as long as the process does.</summary>
[Collection(SiloCollection.Name)]
public sealed class SiloGivenUpTests
{
    private readonly StageProbe _probe = new();
    private readonly UnstartableTable _table = new();

    public SiloGivenUpTests() => _table.SiloRuns = () => _probe.Begun > _probe.Ended;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_that_stops_ends_a_silo_that_is_starting()
    {
        await using SiloHost host = Start(TestCluster.Patience);
        await TestCluster.UntilAsync(() => Task.FromResult(_table.Refusals > 0), Token);

        await host.StopAsync();

        Assert.Equal((0, 1, 1, 1), (host.StartedCount, _probe.Begun, _probe.Ended, _probe.Disposed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silo_that_does_not_start_has_ended_before_the_next_one_begins(bool tableFails)
    {
        _table.Fails = tableFails;
        await using SiloHost host = Start(TimeSpan.FromMilliseconds(500));

        await TestCluster.UntilAsync(() => Task.FromResult(_probe.Begun >= 3), Token);
        await host.StopAsync();

        Assert.Equal((0, 0), (host.StartedCount, _probe.Overlaps));
        Assert.Equal((_probe.Begun, _probe.Begun), (_probe.Ended, _probe.Disposed));
    }

    private SiloHost Start(TimeSpan startTimeout)
    {
        var options = new SiloHostOptions
        {
            ClusterId = TestNode.ClusterId,
            MemberId = 1,
            AdvertisedEndPoint = new IPEndPoint(IPAddress.Loopback, 9),
            Connections = new SiloConnections(),
            StartTimeout = startTimeout,
            KillTimeout = TestCluster.Patience,
            RebuildDelayMax = TimeSpan.FromMilliseconds(200),
            Extend = _probe.AddTo,
        };
        return SiloHost.Start(
            new SiloSurroundings(options, _table, new FakeHosting(1), NullLoggerFactory.Instance, TimeProvider.System));
    }
}
