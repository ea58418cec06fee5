namespace Coordination.Client;

/// <summary>One thing that a transaction does. Immutable.</summary>
public sealed class Operation
{
    private readonly Func<KeyPrefix, Etcd.RequestOp> _build;
    private readonly Func<KeyPrefix, Etcd.ResponseOp, long, OperationResult> _read;

    private Operation(bool isRead, Func<KeyPrefix, Etcd.RequestOp> build, Func<KeyPrefix, Etcd.ResponseOp, long, OperationResult> read)
    {
        IsRead = isRead;
        _build = build;
        _read = read;
    }

    internal bool IsRead { get; }

    /// <summary>Reads a key; answered by a <see cref="GetResult"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">How it is read.</param>
    public static Operation Get(Key key, ReadOptions? options = null) => new(
        isRead: true,
        prefix => new Etcd.RequestOp { RequestRange = Translation.Get(prefix, key, options) },
        (prefix, response, _) => Translation.Get(prefix, response.ResponseRange));

    /// <summary>Reads keys; answered by a <see cref="RangeResult"/>.</summary>
    /// <param name="range">The keys.</param>
    /// <param name="options">Which of them, and how.</param>
    public static Operation GetRange(KeyRange range, RangeOptions? options = null) => new(
        isRead: true,
        prefix => new Etcd.RequestOp { RequestRange = Translation.Range(prefix, range, options) },
        (prefix, response, _) => Translation.Range(prefix, response.ResponseRange));

    /// <summary>Writes a key; answered by a <see cref="PutResult"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">What it shall hold.</param>
    /// <param name="options">How it is written.</param>
    public static Operation Put(Key key, Value value, PutOptions? options = null) => new(
        isRead: false,
        prefix => new Etcd.RequestOp { RequestPut = Translation.Put(prefix, key, value, options) },
        (prefix, response, _) => Translation.Put(prefix, response.ResponsePut));

    /// <summary>Deletes a key; answered by a <see cref="DeleteResult"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">What the answer shall have.</param>
    public static Operation Delete(Key key, DeleteOptions? options = null) => DeleteRange(KeyRange.Of(key), options);

    /// <summary>Deletes keys; answered by a <see cref="DeleteResult"/>.</summary>
    /// <param name="range">The keys.</param>
    /// <param name="options">What the answer shall have.</param>
    public static Operation DeleteRange(KeyRange range, DeleteOptions? options = null) => new(
        isRead: false,
        prefix => new Etcd.RequestOp { RequestDeleteRange = Translation.Delete(prefix, range, options) },
        (prefix, response, _) => Translation.Delete(prefix, response.ResponseDeleteRange));

    /// <summary>
    /// Does one side or the other of a transaction within another, at the same revision; answered by a <see cref="TransactionResult"/>. Its
    /// conditions are judged on the state before the outermost transaction. No key may be changed twice in all of them.
    /// </summary>
    /// <param name="transaction">The inner transaction; with which namespace it was begun does not matter.</param>
    public static Operation Transaction(Transaction transaction) => new(
        transaction.IsRead(),
        prefix => new Etcd.RequestOp { RequestTxn = transaction.ToProtocol(prefix) },
        (prefix, response, revision) => transaction.ReadAnswer(prefix, response.ResponseTxn, revision));

    internal Etcd.RequestOp ToProtocol(KeyPrefix prefix) => _build(prefix);

    /// <param name="prefix">Of the namespace.</param>
    /// <param name="response">The answer.</param>
    /// <param name="revision">Of the store, after the transaction of which this was a part.</param>
    internal OperationResult ReadAnswer(KeyPrefix prefix, Etcd.ResponseOp response, long revision) => _read(prefix, response, revision);
}
