namespace Coordination.Simulation;

/// <summary>Lets code that takes the base class library's generator draw from a <see cref="SimulationRandom"/>.</summary>
internal sealed class StandardRandom(SimulationRandom random) : Random
{
    /// <inheritdoc/>
    public override int Next(int maxValue) => random.Next(maxValue);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue) => random.Next(minValue, maxValue);

    /// <inheritdoc/>
    public override long NextInt64(long minValue, long maxValue) =>
        minValue + (long)(random.NextULong() % (ulong)(maxValue - minValue));

    /// <inheritdoc/>
    protected override double Sample() => (random.NextULong() >> 11) * (1.0 / (1UL << 53));
}
