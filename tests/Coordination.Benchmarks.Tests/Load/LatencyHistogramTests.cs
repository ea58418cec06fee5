using CsCheck;

namespace Coordination.Benchmarks.Tests;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Without_durations_every_percentile_is_zero()
    {
        var histogram = new LatencyHistogram();

        Assert.Equal(0, histogram.Percentile(50));
        Assert.Equal(0, histogram.Percentile(100));
        Assert.Equal(0, histogram.MaxNanoseconds);
    }

    [Fact]
    public void Percentiles_agree_with_a_sorted_list_to_one_part_in_128()
    {
        Gen<long> durations = Gen.OneOf(Gen.Long[0, 1_000], Gen.Long[0, 1_000_000], Gen.Long[0, 1L << 40]);

        Gen.Select(durations.List[1, 200], Gen.Double[0.1, 100]).Sample((recorded, percent) =>
        {
            var histogram = new LatencyHistogram();
            recorded.ForEach(histogram.Record);
            long[] sorted = [.. recorded.Order()];
            long exact = sorted[Math.Max(1, (int)Math.Ceiling(sorted.Length * percent / 100)) - 1];

            Assert.InRange(histogram.Percentile(percent), exact, exact + (exact / 128));
            Assert.Equal(sorted[^1], histogram.MaxNanoseconds);
            Assert.Equal(recorded.Count, histogram.Count);
        });
    }

    [Fact]
    public void A_duration_beyond_the_range_counts_as_the_longest()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(long.MaxValue);

        Assert.Equal(long.MaxValue, histogram.MaxNanoseconds);
        Assert.True(histogram.Percentile(50) >= 1L << 40);
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            histogram.Record(i * 1_000);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
