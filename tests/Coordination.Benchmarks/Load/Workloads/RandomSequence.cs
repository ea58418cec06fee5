namespace Coordination.Benchmarks;

/// <summary>A small, fast generator of numbers (SplitMix64), of which each client has its own; the same seed gives the same run.</summary>
internal struct RandomSequence(ulong seed)
{
    private ulong _state = seed * 0x9E3779B97F4A7C15;

    /// <summary>A number from 0 to below <paramref name="limit"/>.</summary>
    public int Next(int limit)
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)(((mixed >> 33) * (ulong)limit) >> 31);
    }
}
