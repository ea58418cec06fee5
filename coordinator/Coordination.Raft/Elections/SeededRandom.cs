namespace Coordination.Raft;

/// <summary>
/// The replica's own random sequence (SplitMix64): the same seed gives the same sequence on every machine, which is what makes a
/// simulated run repeatable. For jitter only, never for secrets.
/// </summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from <paramref name="minInclusive"/> up to but not including <paramref name="maxExclusive"/>.</summary>
    public int Next(int minInclusive, int maxExclusive)
    {
        Invariant.Check(minInclusive < maxExclusive, $"An empty range [{minInclusive}, {maxExclusive}) has no random number.");
        ulong width = (ulong)(maxExclusive - minInclusive);
        return minInclusive + (int)(NextUInt64() % width);
    }

    private ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
