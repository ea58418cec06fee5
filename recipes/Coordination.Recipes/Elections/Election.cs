using System.Runtime.CompilerServices;

namespace Coordination.Recipes;

/// <summary>
/// An election that one candidate leads at a time; see <see cref="Leadership"/> for what leading means when processes pause, connections
/// break and leases end. Candidates lead in the order in which they stood. The keys are those of etcd's concurrency package
/// (<c>NAME/lease in hexadecimal digits</c>, holding the proposal), so that <c>etcdctl elect NAME</c>, etcd's Election service and Go
/// programs take part. Any thread.
/// </summary>
/// <example><code>
/// var election = new Election(client.Root, "elections/report");
/// await using Leadership leadership = await election.CampaignAsync("http://10.0.0.7:8080");
/// await leadership.WriteAsync([Operation.Put("report/owner", "10.0.0.7")]);
/// </code></example>
public sealed class Election
{
    private readonly CoordinationNamespace _store;
    private readonly Key _prefix;
    private readonly LockLine _line;

    /// <summary>An election of that name. Nothing happens in the store.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="name">What it is called. Keys that begin with it and a slash belong to it.</param>
    /// <param name="options">How candidates stand.</param>
    /// <exception cref="ArgumentException">The name is empty, or the options make no sense.</exception>
    public Election(CoordinationNamespace store, Key name, ElectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        options ??= ElectionOptions.Default;
        _store = store;
        _prefix = RecipeName.Prefix(name);
        TimeToLive = options.TimeToLive;
        _line = new LockLine(
            store,
            _prefix,
            new WaitingLine(store, KeyRange.Prefix(_prefix)),
            new LockOptions { TimeToLive = options.TimeToLive }.Check());
    }

    internal TimeSpan TimeToLive { get; }

    /// <summary>
    /// Stands for election and waits until this candidate leads. The wait outlives broken connections, servers that die, and changes of
    /// their leader. Should the lease of the wait be lost, it starts over at the end of the line.
    /// </summary>
    /// <param name="proposal">What observers see when this candidate leads.</param>
    /// <param name="cancellationToken">Withdraws the candidature.</param>
    /// <exception cref="UnavailableException">No server granted a lease in time: nobody stands.</exception>
    public async Task<Leadership> CampaignAsync(Value proposal, CancellationToken cancellationToken = default) =>
        new(_store, await _line.AcquireAsync(proposal, cancellationToken).ConfigureAwait(false));

    /// <summary>Stands for election on a session that the caller has; resigning leaves the session alone.</summary>
    /// <param name="session">The session; it can stand in every election once.</param>
    /// <param name="proposal">What observers see when this candidate leads.</param>
    /// <param name="cancellationToken">Withdraws the candidature, as soon as a server answers.</param>
    /// <exception cref="LockLostException">The session was lost during the wait.</exception>
    /// <exception cref="InvalidOperationException">The session stands already, with another proposal.</exception>
    public async Task<Leadership> CampaignInSessionAsync(
        LeaseSession session, Value proposal, CancellationToken cancellationToken = default) =>
        new(_store, await _line.AcquireInSessionAsync(session, proposal, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Stands for election with a lease that somebody else keeps alive: what a server does for its clients. Doing it again with the same
    /// lease gives the same place, and replaces the proposal.
    /// </summary>
    /// <param name="lease">The lease.</param>
    /// <param name="proposal">What observers see when this candidate leads.</param>
    /// <param name="cancellationToken">Withdraws the candidature, as soon as a server answers.</param>
    /// <exception cref="LeaseNotFoundException">There is no such lease.</exception>
    /// <exception cref="LockLostException">The lease ended during the wait.</exception>
    public async Task<Leader> CampaignForLeaseAsync(LeaseId lease, Value proposal, CancellationToken cancellationToken = default)
    {
        var (leader, _) = await LeadForLeaseAsync(lease, proposal, cancellationToken).ConfigureAwait(false);
        return leader;
    }

    /// <summary>Replaces the proposal of a leader, whoever it is.</summary>
    /// <param name="leader">The leader, with the proposal that it shall have.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>False when that one does not lead, or stand, any more: nothing was changed.</returns>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public async Task<bool> ProclaimAsync(Leader leader, CancellationToken cancellationToken = default) =>
        (await CommitProclamationAsync(leader, cancellationToken).ConfigureAwait(false)).Succeeded;

    /// <summary>Ends the leadership of a leader, whoever it is; nothing happens when it does not lead any more.</summary>
    /// <param name="leader">The leader.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public Task ResignAsync(Leader leader, CancellationToken cancellationToken = default) =>
        CommitResignationAsync(leader, cancellationToken);

    /// <summary>Who leads; null when nobody does.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<Leader?> FindLeaderAsync(CancellationToken cancellationToken = default)
    {
        var first = await ReadLeaderAsync(cancellationToken).ConfigureAwait(false);
        return first.KeyValues.Count == 0 ? null : Leader.Of(first.KeyValues[0]);
    }

    /// <summary>
    /// Shows who leads, null for nobody, and then every change: another leader, another proposal, none. Epochs only grow. Goes on through
    /// broken connections and restarts without leaving a change out, unless they last until history is compacted: then it goes on with what
    /// is. Ends when it is cancelled or left.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UnavailableException">No server could be asked who leads to begin with.</exception>
    /// <exception cref="RequestRefusedException">The server does not allow it.</exception>
    public async IAsyncEnumerable<Leader?> ObserveAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Leader? shown = null;
        var isFirst = true;
        await foreach (var (key, _) in ObserveKeysAsync(cancellationToken).ConfigureAwait(false))
        {
            var leader = key is null ? null : Leader.Of(key);
            if (isFirst || leader != shown)
            {
                isFirst = false;
                shown = leader;
                yield return leader;
            }
        }
    }

    /// <summary>As <see cref="CampaignForLeaseAsync"/>, with the revision of the store at which it came to lead.</summary>
    internal async Task<(Leader Leader, long Revision)> LeadForLeaseAsync(
        LeaseId lease, Value proposal, CancellationToken cancellationToken)
    {
        var (place, existing, revision) = await _line.AcquireForLeaseAsync(lease, proposal, cancellationToken).ConfigureAwait(false);
        var leader = new Leader(place.Key, proposal, new FencingToken(place.Revision), lease);
        if (existing is null || existing.Value == proposal)
        {
            return (leader, revision);
        }

        var proclaimed = await CommitProclamationAsync(leader, cancellationToken).ConfigureAwait(false);
        return proclaimed.Succeeded ? (leader, proclaimed.Revision) : throw new LockLostException("The lease ended during the wait.");
    }

    /// <summary>As <see cref="ProclaimAsync"/>.</summary>
    internal Task<TransactionResult> CommitProclamationAsync(Leader leader, CancellationToken cancellationToken) => _store.KeyValues
        .When(PlaceOf(leader).IsKept)
        .Then(Operation.Put(leader.Candidate, leader.Proposal, new PutOptions { KeepLease = true }))
        .CommitAsync(cancellationToken);

    /// <summary>As <see cref="ResignAsync"/>.</summary>
    internal Task<TransactionResult> CommitResignationAsync(Leader leader, CancellationToken cancellationToken) => _store.KeyValues
        .When(PlaceOf(leader).IsKept).Then(Operation.Delete(leader.Candidate)).CommitAsync(cancellationToken);

    /// <summary>The leader's key, if there is one.</summary>
    internal Task<RangeResult> ReadLeaderAsync(CancellationToken cancellationToken) => _store.KeyValues.GetRangeAsync(
        KeyRange.Prefix(_prefix), new RangeOptions { SortBy = SortBy.CreateRevision, Limit = 1 }, cancellationToken);

    /// <summary>
    /// As <see cref="ObserveAsync"/>, but shows the leader's key, also when it was written again with what it held, and at which revision.
    /// </summary>
    internal async IAsyncEnumerable<(KeyValue? Leader, long Revision)> ObserveKeysAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SortedDictionary<long, KeyValue> candidates = [];
        KeyValue? shown = null;
        var isFirst = true;
        await foreach (var change in PrefixFeed.FollowAsync(_store, _prefix, cancellationToken).ConfigureAwait(false))
        {
            foreach (var candidate in change.Changes)
            {
                _ = candidate.Before is { } before && candidates.Remove(before.CreateRevision);
                if (candidate.After is { } after)
                {
                    candidates[after.CreateRevision] = after;
                }
            }

            var leader = candidates.Count == 0 ? null : candidates.First().Value;
            if (isFirst || leader != shown)
            {
                isFirst = false;
                shown = leader;
                yield return (leader, change.Revision);
            }
        }
    }

    private static Place PlaceOf(Leader leader) => new(leader.Candidate, leader.Epoch.Value);
}
