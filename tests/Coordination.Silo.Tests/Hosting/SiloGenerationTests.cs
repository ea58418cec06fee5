using System.Net;
using Microsoft.Extensions.Time.Testing;
using Orleans;
using Orleans.Runtime;

namespace Coordination.Silo.Tests;

public sealed class SiloGenerationTests
{
    private static readonly DateTimeOffset Start = new(2010, 1, 1, 0, 16, 40, TimeSpan.Zero);

    private readonly InMemoryClusterTable _rows = new();
    private readonly FakeTimeProvider _time = new(Start);
    private readonly SiloGeneration _generation;

    public SiloGenerationTests()
    {
        _generation = new SiloGeneration(_rows, Options, _time);
    }

    private static SiloHostOptions Options { get; } = new()
    {
        ClusterId = 1,
        MemberId = 1,
        AdvertisedEndPoint = new IPEndPoint(IPAddress.Loopback, 2380),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_silos_within_a_second_differ()
    {
        Assert.Equal(1000, await _generation.NextAsync(Token));
        Assert.Equal(1001, await _generation.NextAsync(Token));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_makes_no_silo_older_than_the_one_before()
    {
        await InsertAsync(Options.AdvertisedEndPoint, 5000);

        Assert.Equal(5001, await _generation.NextAsync(Token));
    }

    [Fact]
    public async Task The_silos_of_other_end_points_do_not_matter()
    {
        await InsertAsync(new IPEndPoint(IPAddress.Loopback, 2381), 5000);

        Assert.Equal(1000, await _generation.NextAsync(Token));
    }

    [Fact]
    public async Task Without_a_quorum_there_is_no_generation()
    {
        _rows.HasQuorum = false;

        await Assert.ThrowsAsync<ClusterTableUnavailableException>(() => _generation.NextAsync(Token));
    }

    private async Task InsertAsync(IPEndPoint endPoint, int generation)
    {
        IMembershipTable table = new MembershipTable(_rows, "c1");
        await table.InitializeMembershipTableAsync(true, Token);
        var entry = new MembershipEntry { SiloAddress = SiloAddress.New(endPoint, generation), Status = SiloStatus.Dead };
        Assert.True(await table.InsertRowAsync(entry, (await table.ReadAllAsync(Token)).Version.Next(), Token));
    }
}
