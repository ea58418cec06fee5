namespace Coordination.Linearizability;

/// <summary>Judges locks: one holder at a time, and tokens that grow from holder to holder.</summary>
public static class LockJudge
{
    /// <summary>Two held it at once.</summary>
    public const string MutualExclusion = "MutualExclusion";

    /// <summary>A later holder has no higher token, so that what guards itself by tokens takes the earlier one for the holder.</summary>
    public const string FencingToken = "FencingToken";

    /// <summary>Judges all holds of a run, in any order.</summary>
    public static Verdict Check(IReadOnlyCollection<LockHold> holds) => Verdict.Of(
        [.. holds.GroupBy(hold => hold.Lock, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).SelectMany(Judge)],
        $"{holds.Count} holds.");

    private static IEnumerable<Violation> Judge(IGrouping<string, LockHold> holds)
    {
        LockHold? last = null;
        foreach (LockHold hold in holds.OrderBy(hold => hold.AcquiredAt))
        {
            if (last is not null && hold.AcquiredAt < last.ReleasedAt)
            {
                yield return new Violation(MutualExclusion, $"lock {holds.Key} was held twice at {hold.AcquiredAt}: {last}; {hold}.");
            }

            if (last is not null && hold.Token <= last.Token)
            {
                yield return new Violation(FencingToken, $"lock {holds.Key}: a token did not grow: {last}; then {hold}.");
            }

            last = last is null || hold.ReleasedAt > last.ReleasedAt ? hold : last;
        }
    }
}
