using System.Globalization;
using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy.Tests;

/// <summary>Destinations as YARP has them.</summary>
internal static class Destinations
{
    public static DestinationState Make(string id, int weight = 100, string? zone = null, string? version = null, int requests = 0)
    {
        Dictionary<string, string> metadata = new() { ["weight"] = weight.ToString(CultureInfo.InvariantCulture) };
        if (zone is not null)
        {
            metadata["zone"] = zone;
        }

        if (version is not null)
        {
            metadata["version"] = version;
        }

        var config = new DestinationConfig { Address = "http://10.0.0.1/", Metadata = metadata };
        return new DestinationState(id, new DestinationModel(config)) { ConcurrentRequestCount = requests };
    }

    public static Candidates Weighted(params double[] weights) =>
        new(weights.Select((weight, place) => (Make($"d{place}"), weight)));

    /// <summary>How often each was picked.</summary>
    public static Dictionary<string, int> Count(int picks, Func<int, DestinationState> pick) =>
        Enumerable.Range(0, picks).Select(pick).CountBy(destination => destination.DestinationId).ToDictionary();
}
