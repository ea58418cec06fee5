using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy;

/// <summary>
/// How warm an instance is: one that has just come gets few requests, and more and more until the time of its service is over. It counts
/// from when requests were first balanced over it. Any thread.
/// </summary>
internal sealed class SlowStart(TimeProvider time)
{
    /// <summary>Nobody warms up without requests.</summary>
    public const double FactorMin = 0.1;

    private readonly ConditionalWeakTable<DestinationState, object> _since = [];

    /// <summary>What the weight of a destination is multiplied with, from <see cref="FactorMin"/> to 1.</summary>
    public double FactorOf(DestinationState destination, TimeSpan window)
    {
        if (window <= TimeSpan.Zero)
        {
            return 1;
        }

        var since = (long)_since.GetValue(destination, _ => time.GetTimestamp());
        return Math.Clamp(time.GetElapsedTime(since) / window, FactorMin, 1);
    }
}
