using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Coordination.Conformance.Tests;

/// <summary>
/// The keys at one revision, and what a request does to them: the naive store that a server's history is compared with.
/// </summary>
public sealed class KeyState
{
    private static readonly Comparer<ByteString> ByBytes =
        Comparer<ByteString>.Create((one, other) => one.Span.SequenceCompareTo(other.Span));

    private readonly SortedDictionary<ByteString, KeyValue> _keys;

    public KeyState()
    {
        _keys = new(ByBytes);
    }

    private KeyState(KeyState other)
    {
        _keys = new(other._keys, ByBytes);
    }

    /// <summary>All keys with their values, ascending.</summary>
    public IReadOnlyCollection<KeyValue> All => _keys.Values;

    public KeyState Copy() => new(this);

    public IEnumerable<ByteString> KeysOf(long lease) => _keys.Values.Where(held => held.Lease == lease).Select(held => held.Key);

    public void Apply(IEnumerable<Event> events)
    {
        foreach (var change in events)
        {
            if (change.Type == Event.Types.EventType.Put)
            {
                _keys[change.Kv.Key] = change.Kv;
            }
            else
            {
                _keys.Remove(change.Kv.Key);
            }
        }
    }

    /// <summary>The events that the request makes when it is the one of this revision; none when it changes nothing.</summary>
    public IReadOnlyList<Event> EffectsOf(IMessage request, long revision) => [.. request switch
    {
        PutRequest put => [Put(put, revision)],
        DeleteRangeRequest deletion => Delete(Covered(deletion), revision),
        TxnRequest txn => Branch(txn).SelectMany(operation => EffectsOf(Inner(operation), revision)),
        LeaseRevokeRequest revocation => Delete(KeysOf(revocation.ID), revision),
        LeaseGrantRequest or CompactionRequest => Array.Empty<Event>(),
        _ => throw new ArgumentException($"No such request: {request.Descriptor.Name}."),
    }];

    private static IMessage Inner(RequestOp operation) => operation.RequestCase switch
    {
        RequestOp.RequestOneofCase.RequestPut => operation.RequestPut,
        RequestOp.RequestOneofCase.RequestDeleteRange => operation.RequestDeleteRange,
        _ => operation.RequestTxn,
    };

    /// <summary>A comparison is always of a key's mod revision, for equality.</summary>
    private RepeatedField<RequestOp> Branch(TxnRequest txn) =>
        txn.Compare.All(compare => (Find(compare.Key)?.ModRevision ?? 0) == compare.ModRevision) ? txn.Success : txn.Failure;

    private Event Put(PutRequest put, long revision)
    {
        var before = Find(put.Key);
        var after = new KeyValue
        {
            Key = put.Key,
            Value = put.Value,
            CreateRevision = before?.CreateRevision ?? revision,
            ModRevision = revision,
            Version = (before?.Version ?? 0) + 1,
            Lease = put.Lease,
        };
        return new Event { Type = Event.Types.EventType.Put, Kv = after, PrevKv = before };
    }

    private IEnumerable<Event> Delete(IEnumerable<ByteString> keys, long revision) => keys.Select(key => new Event
    {
        Type = Event.Types.EventType.Delete,
        Kv = new KeyValue { Key = key, ModRevision = revision },
        PrevKv = _keys[key],
    });

    private IEnumerable<ByteString> Covered(DeleteRangeRequest deletion) => deletion.RangeEnd.IsEmpty
        ? _keys.Keys.Where(deletion.Key.Equals)
        : _keys.Keys.Where(key => ByBytes.Compare(key, deletion.Key) >= 0 && ByBytes.Compare(key, deletion.RangeEnd) < 0);

    private KeyValue? Find(ByteString key) => _keys.GetValueOrDefault(key);
}
