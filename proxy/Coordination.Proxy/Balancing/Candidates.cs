using Yarp.ReverseProxy.Model;

namespace Coordination.Proxy;

/// <summary>Destinations to choose from, with their weights. Immutable. Weight 0 is left out unless there is no other.</summary>
internal sealed class Candidates
{
    private readonly double[] _weights;
    private readonly double[] _ends;
    private readonly ulong[] _hashes;

    public Candidates(IEnumerable<(DestinationState Destination, double Weight)> members)
    {
        var all = members.ToArray();
        var weighty = Array.FindAll(all, member => member.Weight > 0);
        var used = weighty.Length > 0 ? weighty : Array.ConvertAll(all, member => (member.Destination, Weight: 1.0));
        Destinations = Array.ConvertAll(used, member => member.Destination);
        _weights = Array.ConvertAll(used, member => member.Weight);
        _ends = new double[used.Length];
        for (var i = 0; i < used.Length; i++)
        {
            Total += _weights[i];
            _ends[i] = Total;
        }

        IsUniform = Array.TrueForAll(_weights, weight => weight == _weights[0]);
        _hashes = Array.ConvertAll(Destinations, destination => StableHash.Of(destination.DestinationId));
    }

    public DestinationState[] Destinations { get; }

    public int Count => Destinations.Length;

    public double Total { get; }

    /// <summary>Whether all weigh the same.</summary>
    public bool IsUniform { get; }

    /// <summary>The place of the destination at a point of the whole weight.</summary>
    /// <param name="point">From 0 to below 1.</param>
    public int At(double point)
    {
        if (IsUniform)
        {
            return Math.Min((int)(point * Count), Count - 1);
        }

        var found = Array.BinarySearch(_ends, point * Total);
        return Math.Min(found < 0 ? ~found : found + 1, Count - 1);
    }

    /// <summary>How busy a destination is for its weight, if it had one more request.</summary>
    public double LoadOf(int place) => (Destinations[place].ConcurrentRequestCount + 1) / _weights[place];

    /// <summary>
    /// The place of the destination that a key belongs to, by weighted rendezvous hashing (Thaler and Ravishankar, 1998): when a
    /// destination comes or goes, only the keys that it gets or had move.
    /// </summary>
    public int OwnerOf(ulong key)
    {
        var owner = 0;
        var best = double.NegativeInfinity;
        for (var i = 0; i < Count; i++)
        {
            var score = _weights[i] / -Math.Log(StableHash.ToUnit(StableHash.Mix(key ^ _hashes[i])));
            if (score > best)
            {
                (owner, best) = (i, score);
            }
        }

        return owner;
    }
}
