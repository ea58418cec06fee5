using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy.Tests;

public sealed class UsableDestinationsTests
{
    private static readonly UsableDestinations Policy = new();

    [Theory]
    [InlineData(0.0, 4, 1, 3)]
    [InlineData(0.5, 4, 2, 2)]
    [InlineData(0.5, 4, 3, 4)]
    [InlineData(0.0, 4, 4, 4)]
    [InlineData(0.0, 4, 0, 4)]
    public void The_ill_are_left_out_until_too_few_are_left(double panic, int all, int ill, int usable)
    {
        var destinations = Enumerable.Range(0, all).Select(number => Destinations.Make($"d{number}")).ToArray();
        for (var i = 0; i < ill; i++)
        {
            destinations[i].Health.Passive = i % 2 == 0 ? DestinationHealth.Unhealthy : DestinationHealth.Healthy;
            destinations[i].Health.Active = i % 2 == 1 ? DestinationHealth.Unhealthy : DestinationHealth.Unknown;
        }

        var config = new ClusterConfig { ClusterId = "a", Metadata = ClusterPolicy.Write(new ServicePolicy { Panic = panic }) };

        Assert.Equal(usable, Policy.GetAvailalableDestinations(config, destinations).Count);
    }
}
