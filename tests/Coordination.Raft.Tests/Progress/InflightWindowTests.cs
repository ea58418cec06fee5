using CsCheck;

namespace Coordination.Raft.Tests;

public sealed class InflightWindowTests
{
    private enum Step
    {
        Add,
        FreeTo,
        FreeOldest,
        Clear,
    }

    [Fact]
    public void Window_behaves_as_a_list_of_messages_does() =>
        Gen.Select(Gen.Int[1, 20], Gen.Long[1, 200], Steps()).Sample(
            (maxCount, maxBytes, steps) =>
            {
                var window = new InflightWindow(maxCount, maxBytes);
                List<(int Last, long Bytes)> naive = [];
                int last = 0;
                foreach (var (step, number) in steps)
                {
                    Perform(window, naive, step, number, ref last);
                    Assert.Equal(naive.Count, window.Count);
                    Assert.Equal(naive.Sum(message => message.Bytes), window.Bytes);
                    Assert.Equal(naive.Count >= maxCount || naive.Sum(message => message.Bytes) >= maxBytes, window.IsFull);
                }
            },
            iter: 5_000,
            threads: 1);

    [Fact]
    public void Sending_beyond_a_full_window_is_a_bug()
    {
        var window = new InflightWindow(1, 100);
        window.Add(Given.At(1), 10);
        Assert.True(window.IsFull);
        Assert.Throws<InvariantViolationException>(() => window.Add(Given.At(2), 10));
    }

    [Fact]
    public void The_message_that_crosses_the_byte_limit_is_the_last_one()
    {
        var window = new InflightWindow(10, 100);
        window.Add(Given.At(1), 99);
        Assert.False(window.IsFull);
        window.Add(Given.At(2), 50);
        Assert.True(window.IsFull);
        window.FreeTo(Given.At(1));
        Assert.False(window.IsFull);
    }

    private static Gen<(Step Step, int Number)[]> Steps() => Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 60]).Array[0, 80];

    private static void Perform(InflightWindow window, List<(int Last, long Bytes)> naive, Step step, int number, ref int last)
    {
        switch (step)
        {
            case Step.Add when !window.IsFull:
                last += 1 + (number % 3);
                window.Add(Given.At(last), number);
                naive.Add((last, number));
                break;
            case Step.FreeTo:
                window.FreeTo(Given.At(number));
                naive.RemoveAll(message => message.Last <= number);
                break;
            case Step.FreeOldest:
                window.FreeOldest();
                naive.RemoveRange(0, Math.Min(1, naive.Count));
                break;
            case Step.Clear when number % 10 == 0:
                window.Clear();
                naive.Clear();
                break;
            default:
                break;
        }
    }
}
