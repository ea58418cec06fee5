using System.Text;
using Coordination.StateMachine;

namespace Coordination.Server.Tests;

public sealed class PartitionMapTests
{
    [Fact]
    public void A_map_of_one_partition_has_every_key_in_it()
    {
        PartitionMap map = MapOf();
        Assert.True(map.IsSingle);
        Assert.Equal(0u, map.OwnerOf(Key("")).Id);
        Assert.Equal(0u, map.OwnerOf([0xFF, 0xFF]).Id);
    }

    [Fact]
    public void The_longest_prefix_wins()
    {
        PartitionMap map = MapOf((1, "/a/"), (2, "/a/b/"), (3, "/c/"));
        Assert.False(map.IsSingle);
        Assert.Equal(0u, map.OwnerOf(Key("/a")).Id);
        Assert.Equal(1u, map.OwnerOf(Key("/a/")).Id);
        Assert.Equal(1u, map.OwnerOf(Key("/a/a")).Id);
        Assert.Equal(2u, map.OwnerOf(Key("/a/b/x")).Id);
        Assert.Equal(1u, map.OwnerOf(Key("/a/c")).Id);
        Assert.Equal(0u, map.OwnerOf(Key("/b")).Id);
        Assert.Equal(3u, map.OwnerOf(Key("/c/d")).Id);
        Assert.Equal(0u, map.OwnerOf(Key("/d")).Id);
    }

    [Fact]
    public void A_partition_that_takes_its_keys_over_is_not_asked_about_them()
    {
        PartitionMap map = PartitionMap.Of(
            1, [Entry(0, ""), Entry(1, "/a/", PartitionStage.Creating), Entry(2, "/b/", PartitionStage.Retired)]);
        Assert.True(map.IsSingle);
        Assert.Equal(0u, map.OwnerOf(Key("/a/x")).Id);
        Assert.Equal(0u, map.OwnerOf(Key("/b/x")).Id);
        Assert.Equal(3, map.All.Count);
        Assert.Equal(PartitionStage.Creating, map.Find(1)?.Stage);
    }

    [Fact]
    public void A_partition_that_is_to_be_dropped_is_asked_until_it_has_retired()
    {
        PartitionMap map = PartitionMap.Of(1, [Entry(0, ""), Entry(1, "/a/", PartitionStage.Dropping)]);
        Assert.Equal(1u, map.OwnerOf(Key("/a/x")).Id);
    }

    [Fact]
    public void The_partition_around_another_is_the_next_longer_prefix()
    {
        PartitionMap map = MapOf((1, "/a/"), (2, "/a/b/"), (3, "/a/b/c/"));
        Assert.Equal(0u, map.ParentOf(Key("/a/")).Id);
        Assert.Equal(1u, map.ParentOf(Key("/a/b/")).Id);
        Assert.Equal(2u, map.ParentOf(Key("/a/b/c/")).Id);
        Assert.Equal(2u, map.ParentOf(Key("/a/b/d/")).Id);
        Assert.Equal(0u, map.ParentOf(Key("/x/")).Id);
    }

    [Fact]
    public void A_range_is_split_where_its_keys_change_hands()
    {
        PartitionMap map = MapOf((1, "/a/"), (2, "/a/b/"));
        Assert.Equal(
            ["0 - /a/", "1 /a/ /a/b/", "2 /a/b/ /a/b0", "1 /a/b0 /a0", "0 /a0 -"],
            map.Split(KeyRange.Between([], null)).Select(Describe));
        Assert.Equal(["1 /a/a /a/b"], map.Split(KeyRange.Between(Key("/a/a"), Key("/a/b"))).Select(Describe));
        Assert.Equal(["2 /a/b/ /a/b0"], map.Split(KeyRange.OfPrefix(Key("/a/b/"))).Select(Describe));
        Assert.Equal(["0 /a0 /b"], map.Split(KeyRange.Between(Key("/a0"), Key("/b"))).Select(Describe));
        Assert.Empty(map.Split(KeyRange.Between(Key("/b"), Key("/a"))));
    }

    [Fact]
    public void A_prefix_of_the_greatest_bytes_has_nothing_behind_it()
    {
        PartitionMap map = PartitionMap.Of(1, [Entry(0, ""), Entry(1, [0xFF, 0xFF])]);
        Assert.Equal(1u, map.OwnerOf([0xFF, 0xFF, 0xFF]).Id);
        Assert.Equal(0u, map.OwnerOf([0xFF, 0xFE]).Id);
        Assert.Equal([0u, 1u], map.Split(KeyRange.Between([0xFF], null)).Select(slice => slice.Partition.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Owners_and_parts_are_those_of_a_naive_search(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            PartitionEntry[] entries =
            [
                Entry(0, ""),
                .. Enumerable.Range(0, random.Next(8)).Select(_ => RandomKey(random, 1)).DistinctBy(Convert.ToHexString)
                    .Select((prefix, i) => Entry((uint)i + 1, prefix)),
            ];
            PartitionMap map = PartitionMap.Of(1, entries);
            uint Naive(byte[] key) => entries.Where(entry => key.AsSpan().StartsWith(entry.Prefix)).MaxBy(entry => entry.Prefix.Length)!.Id;
            byte[][] keys = [.. Enumerable.Range(0, 50).Select(_ => RandomKey(random, 0))];
            Assert.All(keys, key => Assert.Equal(Naive(key), map.OwnerOf(key).Id));

            KeyRange range = KeyRange.Between(RandomKey(random, 0), random.Next(4) == 0 ? null : RandomKey(random, 0));
            var slices = map.Split(range);
            foreach (byte[] key in keys)
            {
                uint[] parts = [.. slices.Where(slice => slice.Range.Contains(key)).Select(slice => slice.Partition.Id)];
                Assert.Equal(range.Contains(key) ? [Naive(key)] : [], parts);
            }

            // No two neighbours of the same partition, so that no partition is asked twice for what is one range.
            Assert.All(slices.Zip(slices.Skip(1)), pair => Assert.NotEqual(pair.First.Partition.Id, pair.Second.Partition.Id));
        }
    }

    /// <summary>Few letters and short, so that prefixes meet.</summary>
    private static byte[] RandomKey(Random random, int lengthMin)
    {
        byte[] letters = [0, (byte)'a', (byte)'b', 0xFF];
        return [.. Enumerable.Range(0, random.Next(lengthMin, 5)).Select(_ => letters[random.Next(letters.Length)])];
    }

    private static byte[] Key(string text) => Encoding.UTF8.GetBytes(text);

    private static string Describe(PartitionSlice slice)
    {
        static string Name(byte[]? key) => key is null or [] ? "-" : Encoding.UTF8.GetString(key);
        return $"{slice.Partition.Id} {Name(slice.Range.Start)} {Name(slice.Range.End)}";
    }

    private static PartitionMap MapOf(params (uint Id, string Prefix)[] partitions) =>
        PartitionMap.Of(1, [Entry(0, ""), .. partitions.Select(each => Entry(each.Id, each.Prefix))]);

    private static PartitionEntry Entry(uint id, string prefix, PartitionStage stage = PartitionStage.Serving) =>
        Entry(id, Key(prefix)) with { Stage = stage };

    private static PartitionEntry Entry(uint id, byte[] prefix) =>
        new() { Id = id, Prefix = prefix, Replicas = [1], Stage = PartitionStage.Serving };
}
