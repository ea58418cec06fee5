using CsCheck;

namespace Coordination.Raft.Tests;

public sealed class EntryBufferTests
{
    [Fact]
    public void Buffer_behaves_as_a_list_does_and_slices_never_change() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 300]).Array[0, 60].Sample(
            steps =>
            {
                var buffer = new EntryBuffer();
                List<Entry> naive = [];
                List<(ReadOnlyMemory<Entry> Slice, Entry[] Copy)> slices = [];
                foreach (var (step, number) in steps)
                {
                    Perform(buffer, naive, step, number);
                    slices.Add((buffer.Slice(0, naive.Count), [.. naive]));
                    Assert.Equal(naive.Count, buffer.Count);
                    Assert.Equal(naive.Sum(entry => (long)entry.SizeBytes), buffer.Bytes);
                }

                Assert.All(slices, slice => Assert.Equal(slice.Copy, slice.Slice.ToArray()));
            },
            iter: 500,
            threads: 1);

    [Fact]
    public void Places_outside_are_refused()
    {
        var buffer = new EntryBuffer();
        buffer.Add(Given.Command(1, 1));
        Assert.Throws<InvariantViolationException>(() => buffer[1]);
        Assert.Throws<InvariantViolationException>(() => buffer[-1]);
        Assert.Throws<InvariantViolationException>(() => buffer.Slice(0, 2));
        Assert.Throws<InvariantViolationException>(() => buffer.RemoveFirst(2));
        Assert.Throws<InvariantViolationException>(() => buffer.KeepFirst(2));
    }

    private static void Perform(EntryBuffer buffer, List<Entry> naive, int step, int number)
    {
        switch (step)
        {
            case 0:
                int removed = Math.Min(number, naive.Count);
                buffer.RemoveFirst(removed);
                naive.RemoveRange(0, removed);
                break;
            case 1:
                int kept = Math.Min(number, naive.Count);
                buffer.KeepFirst(kept);
                naive.RemoveRange(kept, naive.Count - kept);
                break;
            default:
                for (int i = 0; i < number; i++)
                {
                    var entry = Given.Command(i + 1, 1, new string('x', i % 5));
                    buffer.Add(entry);
                    naive.Add(entry);
                }

                break;
        }
    }
}
