namespace Coordination.StateMachine.Tests;

public sealed class KeyRangeTests
{
    [Theory]
    [InlineData("61", "62")]
    [InlineData("61FF", "62")]
    [InlineData("61FFFF", "62")]
    [InlineData("FF", null)]
    [InlineData("FFFF", null)]
    [InlineData("", null)]
    public void The_range_of_a_prefix_ends_at_the_first_key_without_it(string prefix, string? end)
    {
        var range = KeyRange.OfPrefix(Convert.FromHexString(prefix));
        Assert.Equal(prefix, Convert.ToHexString(range.Start));
        Assert.Equal(end, range.End is null ? null : Convert.ToHexString(range.End));
    }

    [Theory]
    [InlineData("61", "63", "62", "64", true)]
    [InlineData("61", "63", "63", "64", false)]
    [InlineData("61", null, "70", "71", true)]
    [InlineData("61", null, "50", "61", false)]
    [InlineData("61", "63", "62", "62", false)]
    [InlineData("61", "6100", "61", null, true)]
    [InlineData("61", "6100", "6100", null, false)]
    public void Ranges_intersect_when_a_key_can_be_in_both(string start, string? end, string otherStart, string? otherEnd, bool expected)
    {
        var range = Range(start, end);
        var other = Range(otherStart, otherEnd);
        Assert.Equal((expected, expected), (range.Intersects(other), other.Intersects(range)));
    }

    private static KeyRange Range(string start, string? end) =>
        KeyRange.Between(Convert.FromHexString(start), end is null ? null : Convert.FromHexString(end));
}
