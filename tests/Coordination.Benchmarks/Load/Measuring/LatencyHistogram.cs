using System.Numerics;

namespace Coordination.Benchmarks;

/// <summary>
/// Counts durations in buckets whose width grows with the duration, so that every percentile is exact to one part in 128. Recording is a
/// shift and an increment. Not safe for use by several threads.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int PrecisionBits = 7;
    private const int BucketsPerOctave = 1 << PrecisionBits;

    /// <summary>Up to 2^41 ns, more than half an hour; what takes longer counts as that.</summary>
    private const int OctaveMax = 41 - PrecisionBits;

    private readonly long[] _counts = new long[(OctaveMax + 1) * BucketsPerOctave];

    /// <summary>How many durations were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The longest of them in nanoseconds, exactly.</summary>
    public long MaxNanoseconds { get; private set; }

    public void Record(long nanoseconds)
    {
        nanoseconds = Math.Max(nanoseconds, 0);
        _counts[IndexOf(nanoseconds)]++;
        Count++;
        MaxNanoseconds = Math.Max(MaxNanoseconds, nanoseconds);
    }

    /// <summary>
    /// The duration in nanoseconds that <paramref name="percent"/> of the recorded ones do not exceed; 0 when there are none.
    /// </summary>
    public long Percentile(double percent)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        long seen = 0;
        for (int index = 0; index < _counts.Length; index++)
        {
            seen += _counts[index];
            if (seen >= rank)
            {
                return Math.Min(HighestOf(index), MaxNanoseconds);
            }
        }

        return 0;
    }

    /// <summary>
    /// Below two octaves every value has a bucket of its own; above, an octave is cut into <see cref="BucketsPerOctave"/> equal parts.
    /// </summary>
    private static int IndexOf(long nanoseconds)
    {
        int octave = Math.Max(0, BitOperations.Log2((ulong)nanoseconds) - PrecisionBits);
        return octave <= OctaveMax - 1
            ? (octave << PrecisionBits) + (int)(nanoseconds >> octave)
            : ((OctaveMax + 1) * BucketsPerOctave) - 1;
    }

    private static long HighestOf(int index)
    {
        int octave = Math.Max(0, (index >> PrecisionBits) - 1);
        long part = index - ((long)octave << PrecisionBits);
        return ((part + 1) << octave) - 1;
    }
}
