using System.Runtime.CompilerServices;
using System.Text;

namespace Coordination.Recipes;

/// <summary>
/// Who is there: processes that join, and everybody who watches them. A member is the key <c>NAME/ID</c> on a lease, holding what it says
/// of itself. One that dies, or is cut off, is gone for everybody a time to live later, at most half a second and an election of the
/// servers after it; one that was paused for longer than that leaves, and joins again when it goes on. Any thread.
/// </summary>
public sealed class MemberGroup
{
    private static readonly TimeSpan TimeToLiveDefault = TimeSpan.FromSeconds(10);

    private readonly CoordinationNamespace _store;
    private readonly Key _prefix;

    /// <summary>A group of that name. Nothing happens in the store.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="name">What it is called. Keys that begin with it and a slash belong to it.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public MemberGroup(CoordinationNamespace store, Key name)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _prefix = RecipeName.Prefix(name);
    }

    /// <summary>Joins, and stays until the membership is disposed of; joins again when the lease is lost.</summary>
    /// <param name="id">
    /// What the member is called. Replaces a member of that name: to give everybody a name of its own is up to the caller.
    /// </param>
    /// <param name="description">What it says of itself.</param>
    /// <param name="timeToLive">How long it is believed to be there when nothing is heard of it; null for 10 seconds.</param>
    /// <param name="cancellationToken">Ends the wait; what joined all the same leaves with its lease.</param>
    /// <exception cref="UnavailableException">No server could do it in time.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done; it leaves with its lease.</exception>
    public async Task<MemberRegistration> JoinAsync(
        string id, Value description, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var key = new KeptKey(_store, _prefix.Append(id), timeToLive ?? TimeToLiveDefault);
        await key.StartAsync(description, cancellationToken).ConfigureAwait(false);
        return new MemberRegistration(key);
    }

    /// <summary>Who is there, in the order of joining.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<IReadOnlyList<Member>> GetMembersAsync(CancellationToken cancellationToken = default)
    {
        var range = await _store.KeyValues.GetRangeAsync(
            KeyRange.Prefix(_prefix), new RangeOptions { SortBy = SortBy.CreateRevision }, cancellationToken).ConfigureAwait(false);
        return [.. range.KeyValues.Select(Read)];
    }

    /// <summary>
    /// Shows who is there, as joined, and then everything that happens, in order. Never ends by itself, and goes on through broken
    /// connections and restarts; when they last until history is compacted, what came and went meanwhile is not shown.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UnavailableException">No server could be asked who is there to begin with.</exception>
    public async IAsyncEnumerable<MemberEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var change in PrefixFeed.FollowAsync(_store, _prefix, cancellationToken).ConfigureAwait(false))
        {
            foreach (var (before, after) in change.Changes.OrderBy(key => (key.After ?? key.Before)!.CreateRevision))
            {
                var kind = (before, after) switch
                {
                    (_, null) => MemberEventKind.Left,
                    (null, _) => MemberEventKind.Joined,
                    _ => MemberEventKind.Changed,
                };
                yield return new MemberEvent(kind, Read((after ?? before)!), change.Revision);
            }
        }
    }

    private Member Read(KeyValue key) => new(
        Encoding.UTF8.GetString(key.Key.Bytes.Span[_prefix.Bytes.Length..]), key.Value, key.CreateRevision);
}
