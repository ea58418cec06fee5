namespace Coordination.Faults.Tests;

/// <summary>Judges a round by everything that clients of etcd are promised.</summary>
internal static class RoundJudge
{
    /// <summary>The changes of the round, in order.</summary>
    /// <exception cref="InvalidOperationException">A promise was broken; says which, and by what.</exception>
    public static WriteSequence Judge(RoundRecord round)
    {
        var judged = RevisionChecker.Check(round.History, new RevisionCheckOptions
        {
            Initial = round.Initial,
            Watched = [.. round.Watches.SelectMany(watch => watch.Responses).SelectMany(response => response.Events).Distinct()],
            IsWatchedWhole = true,
        });
        Demand("The history", judged.Verdict);
        Demand("The watches", new WatchJudge(judged.Sequence, round.Initial.Revision).Check(round.Watches));
        Demand("The leases", new LeaseJudge(LimitsOf(round)).Check(round.Leases));
        return judged.Sequence;
    }

    /// <summary>Without a leader nothing expires, and the next one gives each lease its time again.</summary>
    private static LeaseLimits LimitsOf(RoundRecord round) =>
        new() { Elections = round.Elections, ExpirySlack = new LeaseLimits().ExpirySlack + round.Outage };

    private static void Demand(string what, Verdict verdict)
    {
        if (verdict.Ruling != Ruling.Correct)
        {
            throw new InvalidOperationException($"{what} of the round: {verdict}");
        }
    }
}
