using System.Runtime.CompilerServices;

namespace Coordination.Client;

/// <summary>
/// Reads and writes keys. Reads are repeated on other endpoints until one answers or
/// <see cref="CoordinationClientOptions.RequestTimeout"/> has passed. Writes are repeated only when they certainly were not done; otherwise
/// they end with an <see cref="OutcomeUnknownException"/>. Cancelling ends the wait, and does not take back what was sent. Any thread.
/// </summary>
public sealed class KeyValueClient
{
    /// <summary>How many keys a page of a range has by default.</summary>
    public const int PageSizeDefault = 1000;

    private readonly Caller _caller;
    private readonly KeyPrefix _prefix;

    internal KeyValueClient(Caller caller, KeyPrefix prefix)
    {
        _caller = caller;
        _prefix = prefix;
    }

    /// <summary>Reads one key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CompactedException">The revision of the options has been compacted.</exception>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<GetResult> GetAsync(Key key, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        Translation.Get(_prefix, await RangeAsync(Translation.Get(_prefix, key, options), cancellationToken).ConfigureAwait(false));

    /// <summary>Reads the keys of a range in one answer; for large ranges see <see cref="GetPagesAsync"/>.</summary>
    /// <param name="range">The keys.</param>
    /// <param name="options">Which of them, and how.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CompactedException">The revision of the options has been compacted.</exception>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<RangeResult> GetRangeAsync(
        KeyRange range, RangeOptions? options = null, CancellationToken cancellationToken = default) =>
        Translation.Range(_prefix, await RangeAsync(Translation.Range(_prefix, range, options), cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// Reads a range of any size in pages, which all show one revision: the current one when the first page is read, unless the options
    /// name another. A range without keys gives one page without keys.
    /// </summary>
    /// <param name="range">The keys.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="pageSize">The largest number of keys of a page; above 0.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="CompactedException">The revision was compacted before the last page was read.</exception>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async IAsyncEnumerable<RangePage> GetPagesAsync(
        KeyRange range,
        ReadOptions? options = null,
        int pageSize = PageSizeDefault,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageSize);
        var request = Translation.Range(
            _prefix, range, new RangeOptions { Read = options ?? ReadOptions.Default, Limit = pageSize });
        while (true)
        {
            var response = await RangeAsync(request, cancellationToken).ConfigureAwait(false);
            if (request.Revision <= 0)
            {
                request.Revision = response.Header.Revision;
            }

            yield return new RangePage(Translation.KeyValues(_prefix, response.Kvs), request.Revision);
            if (!response.More)
            {
                yield break;
            }

            request = request.Clone();
            request.Key = new Key(response.Kvs[^1].Key.Memory).Next().ToByteString();
        }
    }

    /// <summary>Writes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">What it shall hold.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="cancellationToken">Ends the wait; the write may be done all the same.</param>
    /// <exception cref="RequestRefusedException">The server refused it: too large, the store is full.</exception>
    /// <exception cref="LeaseNotFoundException">The lease of the options does not exist.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public async Task<PutResult> PutAsync(Key key, Value value, PutOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = Translation.Put(_prefix, key, value, options);
        var response = await _caller.CallAsync(
            Rpc.Put, (endpoint, call) => endpoint.KeyValues.PutAsync(request, call), cancellationToken).ConfigureAwait(false);
        return Translation.Put(_prefix, response);
    }

    /// <summary>Deletes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">What the answer shall have.</param>
    /// <param name="cancellationToken">Ends the wait; the deletion may be done all the same.</param>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public Task<DeleteResult> DeleteAsync(Key key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        DeleteRangeAsync(KeyRange.Of(key), options, cancellationToken);

    /// <summary>Deletes the keys of a range, at one revision.</summary>
    /// <param name="range">The keys.</param>
    /// <param name="options">What the answer shall have.</param>
    /// <param name="cancellationToken">Ends the wait; the deletion may be done all the same.</param>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public async Task<DeleteResult> DeleteRangeAsync(
        KeyRange range, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = Translation.Delete(_prefix, range, options);
        var response = await _caller.CallAsync(
            Rpc.DeleteRange, (endpoint, call) => endpoint.KeyValues.DeleteRangeAsync(request, call), cancellationToken)
            .ConfigureAwait(false);
        return Translation.Delete(_prefix, response);
    }

    /// <summary>Begins a transaction.</summary>
    /// <param name="conditions">What must hold for its Then part to be done; without any it always is.</param>
    public Transaction When(params ReadOnlySpan<Condition> conditions) => new(this, [.. conditions], [], []);

    /// <summary>Drops history before a revision, of all keys: a namespace does not limit it. The revision itself stays readable.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="cancellationToken">Ends the wait; the compaction may be done all the same.</param>
    /// <exception cref="CompactedException">That revision has been compacted already.</exception>
    /// <exception cref="RequestRefusedException">The revision does not exist yet.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public Task CompactAsync(long revision, CancellationToken cancellationToken = default) =>
        SendAsync(new Etcd.CompactionRequest { Revision = revision }, cancellationToken);

    /// <summary>
    /// As <see cref="CompactAsync"/>, but answered only when the server that was asked has removed what was dropped from its store. In a
    /// large one that can take longer than <see cref="CoordinationClientOptions.RequestTimeout"/>: the outcome is unknown then, and in fact
    /// the history is dropped and its removal goes on.
    /// </summary>
    /// <param name="revision">The revision.</param>
    /// <param name="cancellationToken">Ends the wait; the compaction may be done all the same.</param>
    /// <exception cref="CompactedException">That revision has been compacted already.</exception>
    /// <exception cref="RequestRefusedException">The revision does not exist yet.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public Task CompactPhysicallyAsync(long revision, CancellationToken cancellationToken = default) =>
        SendAsync(new Etcd.CompactionRequest { Revision = revision, Physical = true }, cancellationToken);

    internal async Task<TransactionResult> CommitAsync(Transaction transaction, CancellationToken cancellationToken)
    {
        var request = transaction.ToProtocol(_prefix);
        var response = await _caller.CallAsync(
            transaction.IsRead() ? Rpc.ReadingTransaction : Rpc.Transaction,
            (endpoint, call) => endpoint.KeyValues.TxnAsync(request, call),
            cancellationToken).ConfigureAwait(false);
        return transaction.ReadAnswer(_prefix, response, response.Header.Revision);
    }

    private Task<Etcd.CompactionResponse> SendAsync(Etcd.CompactionRequest request, CancellationToken cancellationToken) =>
        _caller.CallAsync(Rpc.Compact, (endpoint, call) => endpoint.KeyValues.CompactAsync(request, call), cancellationToken);

    private Task<Etcd.RangeResponse> RangeAsync(Etcd.RangeRequest request, CancellationToken cancellationToken) => _caller.CallAsync(
        Rpc.Range,
        (endpoint, call) => endpoint.KeyValues.RangeAsync(request, call),
        cancellationToken,
        requireLeader: !request.Serializable);
}
