namespace Coordination.Raft;

/// <summary>Arithmetic of majorities.</summary>
internal static class Quorum
{
    /// <summary>The largest number of voters that is handled without allocating.</summary>
    private const int StackVotersMax = 32;

    /// <summary>How many of <paramref name="voters"/> are a majority.</summary>
    public static int MajorityOf(int voters) => (voters / 2) + 1;

    /// <summary>
    /// The highest value that a majority has reached, given each voter's value. Without voters there is nothing to hold back:
    /// <see cref="ulong.MaxValue"/>, so that the minimum over two sets of voters is right when one is empty.
    /// </summary>
    public static ulong Reached(ReadOnlySpan<ulong> values)
    {
        if (values.IsEmpty)
        {
            return ulong.MaxValue;
        }

        Span<ulong> sorted = values.Length <= StackVotersMax ? stackalloc ulong[values.Length] : new ulong[values.Length];
        values.CopyTo(sorted);
        sorted.Sort();
        return sorted[values.Length - MajorityOf(values.Length)];
    }

    /// <summary>The result of a vote in one set of voters.</summary>
    public static VoteResult Decide(int voters, int granted, int refused)
    {
        if (granted >= MajorityOf(voters) || voters == 0)
        {
            return VoteResult.Won;
        }

        return voters - refused < MajorityOf(voters) ? VoteResult.Lost : VoteResult.Pending;
    }

    /// <summary>The result when both sets of voters must agree.</summary>
    public static VoteResult Both(VoteResult one, VoteResult other)
    {
        if (one == VoteResult.Lost || other == VoteResult.Lost)
        {
            return VoteResult.Lost;
        }

        return one == VoteResult.Won && other == VoteResult.Won ? VoteResult.Won : VoteResult.Pending;
    }
}
