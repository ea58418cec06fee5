using System.Diagnostics;

namespace Coordination.Conformance.Tests;

/// <summary>The leases that must exist, may exist or must not, by what clients were told in all rounds.</summary>
public sealed class LeaseBook
{
    private readonly SortedDictionary<long, Attempt> _granted = [];
    private readonly SortedDictionary<long, Attempt> _revoked = [];
    private readonly HashSet<long> _alive = [];

    /// <summary>The leases that existed at the last comparison and were not to run out.</summary>
    public IEnumerable<long> Lasting => _alive.Where(lease => !IsShort(lease)).Order();

    /// <summary>Takes over what the clients of a round did.</summary>
    public void Learn(IEnumerable<Attempt> attempts)
    {
        foreach (var attempt in attempts.Where(attempt => !attempt.IsRefused))
        {
            if (attempt.Request is LeaseGrantRequest grant)
            {
                _granted.Add(grant.ID, attempt);
            }
            else if (attempt.Request is LeaseRevokeRequest revocation)
            {
                _revoked.Add(revocation.ID, attempt);
            }
        }
    }

    public bool IsShort(long lease) => TtlOf(lease) == LoadWriter.ShortTtlSeconds;

    /// <summary>Asserts that the lease, which is gone, had the time to run out.</summary>
    public void AssertExpired(long lease)
    {
        Assert.True(_granted.TryGetValue(lease, out var grant), $"Lease {lease}, which ran out, was never granted.");
        var ttl = TtlOf(lease);
        Assert.True(
            Stopwatch.GetElapsedTime(grant.SentAt) >= TimeSpan.FromSeconds(ttl),
            $"Lease {lease} is gone before its {ttl} seconds are over, and nobody revoked it: {grant}");
    }

    /// <summary>Compares the leases of a server with what is known, and takes over which of the unknown ones exist.</summary>
    public void Compare(StoreReading reading, IReadOnlySet<Attempt> found)
    {
        foreach (var (lease, told) in reading.Leases)
        {
            Assert.True(_granted.TryGetValue(lease, out var grant), $"Lease {lease} exists, and nobody granted it, or it had been lost.");
            var revocation = _revoked.GetValueOrDefault(lease);
            Assert.True(
                revocation is null || (revocation.IsUnknown && !found.Contains(revocation)),
                $"Lease {lease} exists although it was revoked: {grant}; {revocation}");
            AssertWhole(reading, lease, told);
        }

        var held = reading.Now.Where(key => key.Lease != 0).ToLookup(key => key.Lease);
        foreach (var keys in held.Where(keys => !reading.Leases.ContainsKey(keys.Key)))
        {
            // A lease may have run out between the reading of the leases and that of the keys; but only once.
            Assert.True(
                IsShort(keys.Key) && _alive.Contains(keys.Key),
                $"The lease of a key does not exist: {Shortened.Text(keys.First())}");
        }

        foreach (var lease in _granted.Keys.Where(lease => !reading.Leases.ContainsKey(lease)).ToArray())
        {
            if (MustExist(lease))
            {
                AssertExpired(lease);
            }

            // Whatever comes later, it does not come back.
            if (!held.Contains(lease))
            {
                _granted.Remove(lease);
            }
        }

        _alive.Clear();
        _alive.UnionWith(reading.Leases.Keys);

        // One that could not be told from done is not done: the lease is there.
        _revoked.Clear();
    }

    private bool MustExist(long lease) =>
        (_alive.Contains(lease) || _granted[lease].Acknowledgement is not null) && !_revoked.ContainsKey(lease);

    private void AssertWhole(StoreReading reading, long lease, LeaseTimeToLiveResponse told)
    {
        if (IsShort(lease))
        {
            // It may have run out since it was listed.
            return;
        }

        Assert.Equal((lease, TtlOf(lease)), (lease, told.GrantedTTL));
        Assert.InRange(told.TTL, TtlOf(lease) / 2, TtlOf(lease));
        Assert.Equal(
            reading.Now.Where(key => key.Lease == lease).Select(key => key.Key),
            told.Keys.OrderBy(key => key.ToStringUtf8(), StringComparer.Ordinal));
    }

    private long TtlOf(long lease) => _granted.TryGetValue(lease, out var grant) ? ((LeaseGrantRequest)grant.Request).TTL : 0;
}
