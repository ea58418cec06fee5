namespace Coordination.Benchmarks;

/// <summary>A small, fast generator of numbers (SplitMix64), of which each client has its own; the same seed gives the same run.</summary>
internal struct RandomSequence(ulong seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    // Mixed: all sequences walk the same circle by the same step, and seeds in a row would begin a step apart on it.
    private ulong _state = Mix(seed + Step);

    /// <summary>A number from 0 to below <paramref name="limit"/>.</summary>
    public int Next(int limit)
    {
        _state += Step;
        return (int)(((Mix(_state) >> 33) * (ulong)limit) >> 31);
    }

    private static ulong Mix(ulong state)
    {
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
