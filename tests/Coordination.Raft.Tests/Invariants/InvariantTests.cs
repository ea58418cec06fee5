namespace Coordination.Raft.Tests;

public sealed class InvariantTests
{
    [Fact]
    public void A_check_that_holds_formats_nothing()
    {
        int formatted = 0;
        Invariant.Check(true, $"never {Count()}");
        Assert.Equal(0, formatted);

        int Count() => ++formatted;
    }

    [Fact]
    public void A_failed_check_throws_with_the_values_that_broke_it()
    {
        int index = 7;
        var violation = Assert.Throws<InvariantViolationException>(() => Invariant.Check(index < 5, $"Entry {index} is beyond {5}."));
        Assert.Equal("Entry 7 is beyond 5.", violation.Message);
        Assert.Equal("plain", Assert.Throws<InvariantViolationException>(() => Invariant.Check(false, "plain")).Message);
        Assert.Equal("never", Assert.Throws<InvariantViolationException>(() => Invariant.Fail("never")).Message);
    }

    /// <summary>A check marked with Conditional would vanish from Release builds, and with it the protection.</summary>
    [Fact]
    public void Checks_do_not_depend_on_the_build_configuration()
    {
        var methods = typeof(Invariant).GetMethods().Where(method => method.DeclaringType == typeof(Invariant));
        Assert.All(methods, method => Assert.Empty(method.GetCustomAttributes(typeof(System.Diagnostics.ConditionalAttribute), false)));
    }
}
