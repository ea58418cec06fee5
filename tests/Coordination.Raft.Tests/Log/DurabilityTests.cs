namespace Coordination.Raft.Tests;

public sealed class DurabilityTests
{
    [Fact]
    public void A_write_proves_what_it_contains_when_it_is_acknowledged()
    {
        var durability = new Durability(Given.At(4));
        long write = durability.Issue(Given.At(7));
        Assert.Equal(Given.At(4), durability.Index);
        durability.Acknowledge(write);
        Assert.Equal(Given.At(7), durability.Index);
    }

    [Fact]
    public void An_acknowledgement_covers_all_earlier_writes()
    {
        var durability = new Durability(LogIndex.None);
        durability.Issue(Given.At(3));
        durability.Acknowledge(durability.Issue(Given.At(5)));
        Assert.Equal((Given.At(5), 2L), (durability.Index, durability.LastAcknowledged));
    }

    [Fact]
    public void A_late_acknowledgement_of_a_truncated_write_proves_only_what_is_left_of_it()
    {
        var durability = new Durability(Given.At(4));
        long old = durability.Issue(Given.At(7));
        durability.Truncate(Given.At(6));
        long replacement = durability.Issue(Given.At(8));
        durability.Acknowledge(old);
        Assert.Equal(Given.At(5), durability.Index);
        durability.Acknowledge(replacement);
        Assert.Equal(Given.At(8), durability.Index);
    }

    [Fact]
    public void A_truncation_takes_back_what_was_durable()
    {
        var durability = new Durability(Given.At(9));
        durability.Truncate(Given.At(5));
        Assert.Equal(Given.At(4), durability.Index);
    }

    [Fact]
    public void A_repeated_acknowledgement_changes_nothing()
    {
        var durability = new Durability(LogIndex.None);
        long write = durability.Issue(Given.At(3));
        durability.Acknowledge(write);
        durability.Acknowledge(write);
        Assert.Equal(Given.At(3), durability.Index);
    }

    [Fact]
    public void A_write_that_was_never_handed_out_cannot_be_acknowledged() =>
        Assert.Throws<InvariantViolationException>(() => new Durability(LogIndex.None).Acknowledge(1));
}
