namespace Coordination.Simulation;

/// <summary>
/// The only source of chance in a simulation: the same seed gives the same numbers on every machine and runtime. SplitMix64 (Steele, Lea,
/// Flood: Fast Splittable Pseudorandom Number Generators, 2014): one addition and a mix per number, any seed is a good seed.
/// </summary>
public sealed class SimulationRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number whose 64 bits are all random.</summary>
    public ulong NextULong()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>
    /// A number from 0 to <paramref name="maxExclusive"/> - 1. The bias of the multiplication is below 2^-32: no test sees it.
    /// </summary>
    public int Next(int maxExclusive)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxExclusive);
        return (int)(((NextULong() >> 32) * (ulong)maxExclusive) >> 32);
    }

    /// <summary>A number from <paramref name="minInclusive"/> to <paramref name="maxExclusive"/> - 1.</summary>
    public int Next(int minInclusive, int maxExclusive) => minInclusive + Next(maxExclusive - minInclusive);

    /// <summary>True in <paramref name="perMille"/> of 1000 cases.</summary>
    public bool Chance(int perMille) => Next(1000) < perMille;

    /// <summary>True or false, evenly.</summary>
    public bool NextBool() => (NextULong() >> 63) != 0;

    /// <summary>Fills <paramref name="destination"/> with random bytes.</summary>
    public void NextBytes(Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)(NextULong() >> 56);
        }
    }

    /// <summary>Puts the items into a random order (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = Next(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    /// <summary>A generator of its own for one part of the simulation, so that a change in one part does not shift the others.</summary>
    public SimulationRandom Split() => new(NextULong());
}
