using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

public sealed class RangeTreeTests
{
    private static readonly byte[][] Keys = [.. Enumerable.Range(0, 40).Select(static i => new[] { (byte)(i / 6), (byte)(i % 6) })];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_ranges_are_found_as_by_looking_at_each(int seed)
    {
        var random = new Random(seed);
        var tree = new RangeTree();
        var ranges = new List<KeyRange>();
        for (int step = 0; step < 3_000; step++)
        {
            if (ranges.Count > 0 && random.Next(step < 1_500 ? 4 : 2) == 0)
            {
                int place = random.Next(ranges.Count);
                tree.Remove(ranges[place]);
                ranges.RemoveAt(place);
            }
            else
            {
                var start = Keys[random.Next(Keys.Length)];
                var added = KeyRange.Between(start, random.Next(8) == 0 ? null : Keys[random.Next(Keys.Length)]);
                if (!ranges.Exists(range => Same(range, added)))
                {
                    Assert.True(Same(tree.FindOrAdd(added).Range, added));
                    ranges.Add(added);
                }
            }

            Compare(tree, ranges, Keys[random.Next(Keys.Length)]);
        }
    }

    [Fact]
    public void Equal_ranges_share_a_node()
    {
        var tree = new RangeTree();

        Assert.Same(tree.FindOrAdd(KeyRange.Between([1], [2])), tree.FindOrAdd(KeyRange.Between([1], [2])));
        Assert.NotSame(tree.FindOrAdd(KeyRange.Between([1], [2])), tree.FindOrAdd(KeyRange.Between([1], null)));
    }

    [Fact]
    public void Many_ranges_in_order_do_not_make_the_tree_deep()
    {
        // A tree that were a list would overflow the stack.
        var tree = new RangeTree();
        for (int i = 0; i < 200_000; i++)
        {
            byte[] start = [(byte)(i >> 16), (byte)(i >> 8), (byte)i];
            tree.FindOrAdd(KeyRange.Between(start, [.. start, 9]));
        }

        var touched = new List<WatchedRange>();
        tree.Touch([1, 2, 3, 4], 0, touched);

        Assert.Equal([1, 2, 3], Assert.Single(touched).Range.Start);
    }

    private static void Compare(RangeTree tree, List<KeyRange> ranges, byte[] key)
    {
        var touched = new List<WatchedRange>();
        tree.Touch(key, 7, touched);
        var expected = ranges.Where(range => range.Contains(key)).Select(Text).Order(StringComparer.Ordinal);
        Assert.Equal(expected, touched.Select(static found => Text(found.Range)).Order(StringComparer.Ordinal));
        Assert.Equal(touched.Count > 0, tree.Covers(key));
        foreach (var found in touched)
        {
            Assert.Equal([7], found.Touched);
            found.Touched.Clear();
        }
    }

    private static bool Same(KeyRange left, KeyRange right) => Text(left) == Text(right);

    private static string Text(KeyRange range) =>
        $"{Convert.ToHexString(range.Start)}-{(range.End is null ? "" : Convert.ToHexString(range.End) + ".")}";
}
