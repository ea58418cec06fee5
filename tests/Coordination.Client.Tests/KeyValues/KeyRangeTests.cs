namespace Coordination.Client.Tests;

public sealed class KeyRangeTests
{
    [Theory]
    [InlineData("ab", "ac")]
    [InlineData("a/", "a0")]
    public void A_prefix_ends_before_the_next_key_that_does_not_have_it(string prefix, string end)
    {
        Assert.Equal(KeyRange.Between(prefix, end), KeyRange.Prefix(prefix));
    }

    [Fact]
    public void A_prefix_of_largest_bytes_has_no_end()
    {
        Assert.Equal(KeyRange.From(new byte[] { 0xff, 0xff }), KeyRange.Prefix(new byte[] { 0xff, 0xff }));
        Assert.Equal(KeyRange.Between(new byte[] { 1, 0xff }, new byte[] { 2 }), KeyRange.Prefix(new byte[] { 1, 0xff }));
    }

    [Fact]
    public void A_range_knows_its_keys()
    {
        Assert.True(KeyRange.All.Contains("x"));
        Assert.True(KeyRange.Of("x").Contains("x"));
        Assert.False(KeyRange.Of("x").Contains("x1"));
        Assert.True(KeyRange.Prefix("x").Contains("x1"));
        Assert.False(KeyRange.Between("a", "c").Contains("c"));
        Assert.True(KeyRange.From("b").Contains("z"));
        Assert.False(KeyRange.From("b").Contains("a"));
    }

    [Fact]
    public void Keys_are_compared_by_their_bytes()
    {
        Key upper = "B";

        Assert.True(upper < "a");
        Assert.Equal(new Key("ab"), (Key)new byte[] { 97, 98 });
        Assert.Equal(new Key("ab").GetHashCode(), ((Key)new byte[] { 97, 98 }).GetHashCode());
    }

    [Fact]
    public void A_range_of_a_namespace_stays_within_it()
    {
        var prefix = new KeyPrefix("n/");

        Assert.Equal(("n/\0", "n0"), Text(prefix.Add(KeyRange.All)));
        Assert.Equal(("n/b", "n0"), Text(prefix.Add(KeyRange.From("b"))));
        Assert.Equal(("n/b", "n/c"), Text(prefix.Add(KeyRange.Prefix("b"))));
        Assert.Equal(("n/b", ""), Text(prefix.Add(KeyRange.Of("b"))));
        Assert.Equal(("\0", "\0"), Text(default(KeyPrefix).Add(KeyRange.All)));
    }

    [Fact]
    public void A_key_has_at_least_one_byte()
    {
        Assert.Throws<ArgumentException>(() => KeyRange.Of(""));
        Assert.Throws<ArgumentException>(() => new KeyPrefix("n/").Add((Key)""));
    }

    private static (string Start, string End) Text((Google.Protobuf.ByteString Start, Google.Protobuf.ByteString End) range) =>
        (range.Start.ToStringUtf8(), range.End.ToStringUtf8());
}
