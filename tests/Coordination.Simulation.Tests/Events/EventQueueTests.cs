namespace Coordination.Simulation.Tests;

public sealed class EventQueueTests
{
    [Fact]
    public void Events_come_by_time_and_then_in_the_order_of_scheduling()
    {
        var queue = new EventQueue();
        var random = new SimulationRandom(1);
        List<(long Time, ulong Number)> expected = [];
        for (ulong i = 0; i < 5_000; i++)
        {
            var item = new SimulationEvent { Time = random.Next(100), Argument = i };
            expected.Add((item.Time, i));
            queue.Add(ref item);
        }

        List<(long Time, ulong Number)> taken = [];
        while (queue.TryTake(out var item))
        {
            taken.Add((item.Time, item.Argument));
        }

        Assert.Equal(expected.Order(), taken);
    }

    [Fact]
    public void An_empty_queue_has_nothing_to_take()
    {
        var queue = new EventQueue();
        Assert.False(queue.TryTake(out _));
        var item = new SimulationEvent { Time = 5 };
        queue.Add(ref item);
        Assert.True(queue.TryTake(out var taken));
        Assert.Equal(5, taken.Time);
        Assert.False(queue.TryTake(out _));
        Assert.Equal(0, queue.Count);
    }
}
