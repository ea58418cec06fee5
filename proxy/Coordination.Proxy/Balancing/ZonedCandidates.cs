namespace Coordination.Proxy;

/// <summary>
/// The candidates near by, those elsewhere, and which share of the requests stays near. While enough of what is near is well, all of them
/// do; then as many as the rest can take, with some to spare; the others spill over.
/// </summary>
internal sealed record ZonedCandidates(Candidates? Near, Candidates? Far, double NearShare)
{
    /// <summary>An instance is expected to be able to take so much more than its share.</summary>
    private const double Overprovision = 1.4;

    /// <summary>Divides.</summary>
    /// <param name="near">Those in the zone that can be used; none when zones do not count.</param>
    /// <param name="far">All others that can be used.</param>
    /// <param name="nearWeightOfAll">The weight of all in the zone, also of those that cannot be used now.</param>
    public static ZonedCandidates Of(Candidates near, Candidates far, double nearWeightOfAll) => (near.Count, far.Count) switch
    {
        (0, _) => new ZonedCandidates(null, far, 0),
        (_, 0) => new ZonedCandidates(near, null, 1),
        _ => new ZonedCandidates(
            near, far, nearWeightOfAll <= 0 ? 1 : Math.Min(1, Overprovision * near.Total / nearWeightOfAll)),
    };

    /// <summary>Those to choose from.</summary>
    /// <param name="draw">From 0 to below 1.</param>
    public Candidates Choose(double draw) => Far is null || (Near is not null && draw < NearShare) ? Near! : Far;
}
