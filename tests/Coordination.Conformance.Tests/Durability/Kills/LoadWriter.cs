using System.Text;
using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>
/// One client that writes until its server is gone, one request after the other. Every value is unique, and what makes no value (deletes,
/// revocations) touches only keys that no other client touches: so a revision that nobody was told of tells whose it is.
/// </summary>
public sealed class LoadWriter(Connection calls, Ledger ledger, RoundPlan plan, int number, Random random, IEnumerable<long> leases)
{
    /// <summary>Long enough to outlive a run.</summary>
    public const long LongTtlSeconds = 1_000_000;

    /// <summary>Short enough to run out in a later round.</summary>
    public const long ShortTtlSeconds = 2;

    private const int SharedKeys = 16;
    private const int OwnKeys = 6;
    private const int LargeKeys = 8;
    private const int SmallValueMax = 300;
    private const int LargeValueMin = 50_000;
    private const int LargeValueMax = 1_000_000;
    private const int LeaseNumberShift = 20;
    private const int WriterNumberMax = 64;

    private readonly List<long> _leases = [.. leases];
    private readonly Dictionary<ByteString, long> _seen = [];
    private long _shortLease;
    private int _sequence;
    private int _values;

    private string Name => $"{plan.Number}.{number}.{_sequence}";

    /// <summary>Whether the writer with this number made the lease, in whatever round.</summary>
    public static bool Owns(int writer, long lease) => (lease >> LeaseNumberShift) % WriterNumberMax == writer;

    public async Task Run()
    {
        for (; !ledger.IsKilled; _sequence++)
        {
            var attempt = ledger.Begin(Name, Next());
            try
            {
                var response = await Send(attempt.Request);
                ledger.Acknowledge(attempt, response);
                Learn(attempt, response);
            }
            catch (RpcException error) when (IsRefusal(error, attempt.Request))
            {
                attempt.IsRefused = true;
            }
            catch (RpcException) when (ledger.IsKilled || ledger.MayEnd)
            {
                return;
            }
        }
    }

    private static bool IsRefusal(RpcException error, IMessage request) => error.Status.Detail switch
    {
        "etcdserver: too many requests" => true,
        "etcdserver: requested lease not found" => request is PutRequest put && IsExpiring(put.Key),
        _ => false,
    };

    private static bool IsExpiring(ByteString key) => key.ToStringUtf8().StartsWith("expiring/", StringComparison.Ordinal);

    private async Task<IMessage> Send(IMessage request) => request switch
    {
        PutRequest put => await calls.Put(put),
        DeleteRangeRequest deletion => await calls.Delete(deletion),
        TxnRequest txn => await calls.Txn(txn),
        LeaseGrantRequest grant => await calls.Grant(grant),
        LeaseRevokeRequest revocation => await calls.Revoke(revocation.ID),
        _ => throw new ArgumentException($"No such request: {request.Descriptor.Name}."),
    };

    private void Learn(Attempt attempt, IMessage response)
    {
        switch (attempt.Request)
        {
            case PutRequest put:
                _seen[put.Key] = attempt.Acknowledgement!.Revision;
                break;
            case LeaseGrantRequest { TTL: LongTtlSeconds } grant:
                _leases.Add(grant.ID);
                break;
            case LeaseGrantRequest grant:
                _shortLease = grant.ID;
                break;
            case LeaseRevokeRequest revocation:
                _leases.Remove(revocation.ID);
                break;
            default:
                break;
        }
    }

    private IMessage Next() => random.Next(100) switch
    {
        < 25 => Put(SharedKey()),
        < 32 when plan.HasLargeValues => Put($"large/{random.Next(LargeKeys)}", random.Next(LargeValueMin, LargeValueMax)),
        < 40 => Put(OwnKey()),
        < 50 => Put(OwnKey(), lease: AnyLease()),
        < 58 => new DeleteRangeRequest { Key = Bytes.Of(OwnKey()), PrevKv = random.Next(2) == 0 },
        < 60 => new DeleteRangeRequest { Key = Bytes.Of($"own/{number}/"), RangeEnd = Bytes.Of($"own/{number}0") },
        < 78 => ManyKeys(),
        < 87 => Conditional(),
        < 90 => Ops.Always(Ops.Txn(Ops.Always(Operation(SharedKey()))), Operation(OwnKey(), AnyLease())),
        < 94 => new LeaseGrantRequest { ID = LeaseId(), TTL = LongTtlSeconds },
        < 97 when _leases.Count > 0 => new LeaseRevokeRequest { ID = AnyLease() },
        < 98 when plan.HasShortLeases => new LeaseGrantRequest { ID = LeaseId(), TTL = ShortTtlSeconds },
        _ => Put($"expiring/{number}/{random.Next(OwnKeys)}", lease: _shortLease),
    };

    private string SharedKey() => $"shared/{random.Next(SharedKeys)}";

    private string OwnKey() => $"own/{number}/{random.Next(OwnKeys)}";

    private long AnyLease() => _leases.Count > 0 ? _leases[random.Next(_leases.Count)] : 0;

    private long LeaseId() => (((long)plan.Number * WriterNumberMax) + number << LeaseNumberShift) + _sequence + 1;

    private PutRequest Put(string key, int length = 0, long lease = 0) =>
        new() { Key = Bytes.Of(key), Value = Value(length), Lease = lease, PrevKv = random.Next(8) == 0 };

    private RequestOp Operation(string key, long lease = 0) => new() { RequestPut = Put(key, lease: lease) };

    /// <summary>A put that names the writer, and puts and deletes of other keys, each once.</summary>
    private TxnRequest ManyKeys()
    {
        var keys = Enumerable.Range(0, random.Next(2, 8)).Select(_ => random.Next(2) == 0 ? SharedKey() : OwnKey()).Distinct();
        return Ops.Always([.. keys.Select((key, place) =>
            place == 0 || random.Next(3) > 0 ? Operation(key) : Ops.Delete(Bytes.Of(key)))]);
    }

    private TxnRequest Conditional()
    {
        var key = Bytes.Of(SharedKey());
        return new TxnRequest
        {
            Compare =
            {
                new Compare
                {
                    Key = key,
                    Target = Compare.Types.CompareTarget.Mod,
                    Result = Compare.Types.CompareResult.Equal,
                    ModRevision = _seen.GetValueOrDefault(key),
                },
            },
            Success = { Ops.Delete(key), Operation(OwnKey()) },
            Failure = { Operation(OwnKey()) },
        };
    }

    private ByteString Value(int length)
    {
        var value = new byte[length > 0 ? length : random.Next(SmallValueMax)];
        random.NextBytes(value);
        return ByteString.CopyFrom([.. Encoding.UTF8.GetBytes($"{Name} {_values++}|"), .. value]);
    }
}
