using System.Text;

namespace Coordination.StateMachine.Tests;

/// <summary>The index against a sorted list: random changes, and snapshots that must not see what comes after them.</summary>
public sealed class KeyTreeTests
{
    private static readonly Comparer<byte[]> ByteOrder = Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 2_000)]
    [InlineData(3, 20_000)]
    public void Tree_behaves_as_a_sorted_list_through_random_changes(int seed, int keySpace)
    {
        var random = new Random(seed);
        var tree = new KeyTree();
        var model = new SortedDictionary<byte[], KeyVersion>(ByteOrder);
        var snapshots = new List<(KeyTreeSnapshot Snapshot, KeyVersion[] Expected, long Revision)>();
        for (int step = 0; step < 40_000; step++)
        {
            byte[] key = RandomKey(random, keySpace);
            if (random.Next(100) < 60)
            {
                var slot = tree.Locate(key);
                Assert.Same(model.GetValueOrDefault(key), slot.Newest);
                var version = Version(key, step + 2, isTombstone: random.Next(5) == 0, slot.Newest);
                tree.Set(slot, version);
                model[key] = version;
            }
            else
            {
                tree.Remove(key);
                model.Remove(key);
            }

            if (step % 1_000 == 0)
            {
                snapshots.Add((tree.Publish(), [.. model.Values], step + 2));
            }
        }

        snapshots.Add((tree.View(), [.. model.Values], long.MaxValue));
        foreach (var (snapshot, expected, revision) in snapshots)
        {
            AssertSame(snapshot, expected, revision, random, keySpace);
        }
    }

    [Fact]
    public void Keys_in_ascending_order_and_removed_in_the_same_order_leave_an_empty_tree()
    {
        var tree = new KeyTree();
        for (int i = 0; i < 10_000; i++)
        {
            tree.Set(default, Version(Key(i), i + 2, isTombstone: false, null));
        }

        Assert.Equal(10_000, tree.View().LiveCount);
        for (int i = 0; i < 10_000; i++)
        {
            tree.Remove(Key(i));
        }

        Assert.Equal(0, tree.View().LiveCount);
        Assert.False(tree.View().Scan(Everything).MoveNext());
    }

    [Fact]
    public void Empty_range_has_no_keys_and_counts_nothing()
    {
        var tree = new KeyTree();
        tree.Set(default, Version(Key(5), 2, isTombstone: false, null));
        var range = KeyRange.FromRequest(Key(9), Key(1));
        Assert.True(range.IsEmpty);
        Assert.Equal(0, tree.View().CountLive(range));
        Assert.False(tree.View().Scan(range).MoveNext());
    }

    private static KeyRange Everything => KeyRange.FromRequest([0], [0]);

    private static void AssertSame(KeyTreeSnapshot snapshot, KeyVersion[] expected, long revision, Random random, int keySpace)
    {
        Assert.Equal(expected.Count(version => !version.IsTombstone), snapshot.LiveCount);
        Assert.Equal(expected.AsEnumerable<KeyVersion?>(), Scan(snapshot, Everything, revision));
        for (int i = 0; i < 50; i++)
        {
            byte[] from = RandomKey(random, keySpace);
            byte[] to = random.Next(5) == 0 ? [0] : RandomKey(random, keySpace);
            var range = KeyRange.FromRequest(from, to);
            var inRange = expected.Where(version => range.Contains(version.Key)).ToList();
            Assert.Equal(inRange.AsEnumerable<KeyVersion?>(), Scan(snapshot, range, revision));
            Assert.Equal(inRange.Count(version => !version.IsTombstone), snapshot.CountLive(range));
            Assert.Equal(
                expected.SingleOrDefault(version => version.Key.AsSpan().SequenceEqual(from)), snapshot.Find(from)?.At(revision));
        }
    }

    private static List<KeyVersion?> Scan(KeyTreeSnapshot snapshot, KeyRange range, long revision)
    {
        var found = new List<KeyVersion?>();
        var cursor = snapshot.Scan(range);
        while (cursor.MoveNext())
        {
            found.Add(cursor.Current.At(revision));
        }

        return found;
    }

    private static byte[] RandomKey(Random random, int keySpace) => Key(random.Next(keySpace));

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"k{number:D6}");

    private static KeyVersion Version(byte[] key, long revision, bool isTombstone, KeyVersion? previous) =>
        new(key, new Revision(revision, 0), isTombstone ? 0 : revision, isTombstone ? 0 : 1, 0, previous);
}
