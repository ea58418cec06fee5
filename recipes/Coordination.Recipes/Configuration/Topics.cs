using System.Runtime.CompilerServices;
using System.Text;

namespace Coordination.Recipes;

/// <summary>A message on a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Body">What it says.</param>
/// <param name="Revision">Its place in the order of all messages; to go on from the next one after a restart.</param>
public sealed record TopicMessage(string Topic, Value Body, long Revision);

/// <summary>
/// Messages for everybody who listens. A topic is a key, a message its value: the last one stays, for who comes later. Listeners see every
/// message of the topics that they listen to once, in the order of publication, the same for all of them, also over broken connections and
/// restarts of servers, for as long as history goes back. Any thread.
/// </summary>
/// <param name="store">Where the topics are.</param>
/// <param name="prefix">What their keys begin with.</param>
public sealed class Topics(CoordinationNamespace store, string prefix = Topics.PrefixDefault)
{
    /// <summary>What the keys of topics begin with, unless told otherwise.</summary>
    public const string PrefixDefault = "topics/";

    private readonly Key _prefix = prefix;

    /// <summary>Publishes a message.</summary>
    /// <param name="topic">The topic, such as <c>orders/created</c>; not empty.</param>
    /// <param name="body">What it says.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>The revision of the message.</returns>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done: publishing again can give two messages.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was published.</exception>
    public async Task<long> PublishAsync(string topic, Value body, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        return (await store.KeyValues.PutAsync(_prefix.Append(topic), body, cancellationToken: cancellationToken).ConfigureAwait(false))
            .Revision;
    }

    /// <summary>The last message of a topic; null when there was none.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<TopicMessage?> FindLastAsync(string topic, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        var found = await store.KeyValues.GetAsync(_prefix.Append(topic), cancellationToken: cancellationToken).ConfigureAwait(false);
        return found.KeyValue is { } last ? Read(last) : null;
    }

    /// <summary>Listens to all topics that begin with something. Ends when it is cancelled or left.</summary>
    /// <param name="topics">What the topics begin with, such as <c>orders/</c>; empty for all.</param>
    /// <param name="fromRevision">
    /// The first revision of interest: one more than that of the last message that was seen; 0 for messages from now on.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CompactedException">Messages that come next are not there any more: some were missed.</exception>
    /// <exception cref="RequestRefusedException">The server does not allow it.</exception>
    public async IAsyncEnumerable<TopicMessage> ListenAsync(
        string topics = "", long fromRevision = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var range = KeyRange.Prefix(_prefix.Append(topics));
        if (fromRevision == 0)
        {
            // "Now" is when this is called, and not when a server that is being restarted makes the watch.
            var now = await store.KeyValues.GetRangeAsync(range, new RangeOptions { CountOnly = true }, cancellationToken)
                .ConfigureAwait(false);
            fromRevision = now.Revision + 1;
        }

        var options = new WatchOptions { StartRevision = fromRevision };
        await foreach (var batch in store.Watches.WatchRangeAsync(range, options, cancellationToken).ConfigureAwait(false))
        {
            foreach (var change in batch.Events.Where(change => change.Kind == WatchEventKind.Put))
            {
                yield return Read(change.KeyValue);
            }
        }
    }

    private TopicMessage Read(KeyValue key) => new(
        Encoding.UTF8.GetString(key.Key.Bytes.Span[_prefix.Bytes.Length..]), key.Value, key.ModRevision);
}
