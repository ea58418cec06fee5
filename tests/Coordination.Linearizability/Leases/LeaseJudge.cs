namespace Coordination.Linearizability;

/// <summary>
/// Judges leases by their two promises. Never early: a lease lasts at least its time to live from the moment at which a client sent a
/// renewal that succeeded, since the server cannot have counted from earlier. At last: once renewals stop, it ends soon after its time.
/// Thread-safe.
/// </summary>
public sealed class LeaseJudge(LeaseLimits limits)
{
    /// <summary>Gone before its time.</summary>
    public const string ExpiredEarly = "ExpiredEarly";

    /// <summary>Still there long after its time.</summary>
    public const string NeverExpired = "NeverExpired";

    /// <summary>There although it was revoked.</summary>
    public const string SurvivedRevocation = "SurvivedRevocation";

    /// <summary>There again after it was gone.</summary>
    public const string CameBack = "CameBack";

    /// <summary>Judges leases one by one.</summary>
    public Verdict Check(IReadOnlyCollection<LeaseRecord> leases) => Verdict.Of(
        [.. leases.SelectMany(Judge)],
        $"{leases.Count} leases, {leases.Sum(lease => lease.Renewals.Count)} renewals,"
        + $" {leases.Sum(lease => lease.Observations.Count)} looks.");

    private IEnumerable<Violation> Judge(LeaseRecord lease)
    {
        // A renewal that finds no lease is as good as a look at the key.
        LeaseObservation[] absences =
        [
            .. lease.Observations.Where(look => !look.IsPresent && look.Start >= lease.AttachedAt),
            .. lease.Renewals.Where(renewal => renewal.Answer == LeaseAnswer.Gone)
                .Select(renewal => new LeaseObservation(renewal.SentAt, renewal.EndedAt, IsPresent: false)),
        ];
        LeaseObservation[] presences = [.. lease.Observations.Where(look => look.IsPresent)];
        return FindEarly(lease, absences)
            .Concat(FindLate(lease, presences))
            .Concat(FindSurvival(lease, presences))
            .Concat(FindReturn(lease, absences, presences));
    }

    private IEnumerable<Violation> FindEarly(LeaseRecord lease, LeaseObservation[] absences)
    {
        if (absences.MinBy(absence => absence.End) is not { } first
            || lease.Revocations.Any(revocation => revocation.SentAt <= first.End))
        {
            yield break;
        }

        // A success that was sent after the end was seen is a violation by the same rule: it was gone, and then it was not.
        foreach (LeaseMessage renewal in lease.Renewals.Append(lease.Grant).Where(message => message.Answer == LeaseAnswer.Alive))
        {
            long earliest = renewal.SentAt + (lease.Ttl - limits.ClockTolerance).Ticks;
            if (first.End < earliest)
            {
                yield return new Violation(
                    ExpiredEarly,
                    $"lease {lease.Lease} of {lease.Ttl.TotalSeconds} s was gone {Seconds(earliest - first.End)} too early:"
                    + $" {first} after the renewal {renewal}; it should have lasted until {earliest}.");
            }
        }
    }

    private IEnumerable<Violation> FindLate(LeaseRecord lease, LeaseObservation[] presences)
    {
        // One that was not answered may have been carried out as well, while the client still waited.
        LeaseMessage renewal = lease.Renewals.Append(lease.Grant).Where(message => message.Answer != LeaseAnswer.Gone)
            .MaxBy(message => message.EndedAt) ?? lease.Grant;
        long latest = renewal.EndedAt + (lease.Ttl + limits.ExpirySlack).Ticks;
        foreach (long election in limits.Elections.Order().Where(election => election > renewal.EndedAt))
        {
            latest = election <= latest ? election + (lease.Ttl + limits.ExpirySlack).Ticks : latest;
        }

        // A key that a look finds was there when the look began.
        if (presences.MaxBy(presence => presence.Start) is { } last && last.Start > latest)
        {
            yield return new Violation(
                NeverExpired,
                $"lease {lease.Lease} of {lease.Ttl.TotalSeconds} s was there {Seconds(last.Start - latest)} after it had to be gone:"
                + $" {last}; the last renewal was {renewal}, so that it should have ended by {latest}.");
        }
    }

    private static IEnumerable<Violation> FindSurvival(LeaseRecord lease, LeaseObservation[] presences) =>
        from revocation in lease.Revocations
        where revocation.Answer == LeaseAnswer.Gone
        from presence in presences.Where(presence => presence.Start > revocation.EndedAt).Take(1)
        select new Violation(SurvivedRevocation, $"lease {lease.Lease} was revoked {revocation}, and its key seen: {presence}.");

    private static IEnumerable<Violation> FindReturn(LeaseRecord lease, LeaseObservation[] absences, LeaseObservation[] presences)
    {
        if (absences.MinBy(absence => absence.End) is { } gone && presences.MaxBy(presence => presence.Start) is { } seen
            && seen.Start > gone.End)
        {
            yield return new Violation(CameBack, $"lease {lease.Lease} was gone, {gone}, and came back: {seen}.");
        }
    }

    private static string Seconds(long ticks) => FormattableString.Invariant($"{TimeSpan.FromTicks(ticks).TotalSeconds:F3} s");
}
