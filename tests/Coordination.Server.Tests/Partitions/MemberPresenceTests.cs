using Microsoft.Extensions.Time.Testing;

namespace Coordination.Server.Tests;

public sealed class MemberPresenceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Time_counts_from_the_first_look_that_says_so_and_anew_when_it_changes()
    {
        var presence = new MemberPresence(_time);
        presence.Note([1, 2], [1]);
        _time.Advance(TimeSpan.FromSeconds(5));
        presence.Note([1, 2], [1]);
        Assert.Equal([1ul], presence.PresentFor(TimeSpan.FromSeconds(5)));
        Assert.Equal([2ul], presence.SilentFor(TimeSpan.FromSeconds(5)));
        Assert.Empty(presence.SilentFor(TimeSpan.FromSeconds(6)));

        presence.Note([1, 2], [2]);
        Assert.Empty(presence.SilentFor(TimeSpan.FromSeconds(1)));
        Assert.Equal([1ul], presence.SilentFor(TimeSpan.Zero));
        _time.Advance(TimeSpan.FromSeconds(1));
        presence.Forget();
        presence.Note([1, 2], [2]);
        Assert.Empty(presence.SilentFor(TimeSpan.FromSeconds(1)));
    }
}
