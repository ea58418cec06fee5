using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// What a replica has applied since its start, for metrics. Counted by its loop; read from any thread, one figure at a time.
/// </summary>
public sealed class ReplicaCounters
{
    private long _puts;
    private long _putBytes;
    private long _deletes;
    private long _ranges;
    private long _txns;
    private long _leasesGranted;
    private long _leasesRevoked;
    private long _slowApplies;

    /// <summary>Puts, those in transactions included.</summary>
    public long Puts => Volatile.Read(ref _puts);

    /// <summary>Bytes of keys and values put.</summary>
    public long PutBytes => Volatile.Read(ref _putBytes);

    /// <summary>Deletions of ranges, those in transactions included.</summary>
    public long Deletes => Volatile.Read(ref _deletes);

    /// <summary>Reads in transactions that went through the log.</summary>
    public long Ranges => Volatile.Read(ref _ranges);

    /// <summary>Transactions of more than one operation.</summary>
    public long Txns => Volatile.Read(ref _txns);

    /// <summary>Leases granted.</summary>
    public long LeasesGranted => Volatile.Read(ref _leasesGranted);

    /// <summary>Leases revoked or expired.</summary>
    public long LeasesRevoked => Volatile.Read(ref _leasesRevoked);

    /// <summary>Batches whose application took longer than <see cref="PartitionReplicaOptions.WarningApplyDuration"/>.</summary>
    public long SlowApplies => Volatile.Read(ref _slowApplies);

    /// <summary>Counts a command that was applied and not refused.</summary>
    internal void OnApplied(Command command, ApplyResult result, IReadOnlyList<KeyEvent> events)
    {
        foreach (var happened in events)
        {
            if (!happened.IsDelete)
            {
                Add(ref _puts, 1);
                Add(ref _putBytes, happened.Current.Key.Length + happened.Current.Value.Length);
            }
        }

        switch (command)
        {
            case DeleteRangeCommand:
                Add(ref _deletes, 1);
                break;
            case TxnCommand when result.Result is TxnResult txn:
                OnTxn(txn);
                break;
            case LeaseGrantCommand:
                Add(ref _leasesGranted, 1);
                break;
            case LeaseRevokeCommand:
                Add(ref _leasesRevoked, 1);
                break;
            default:
                break;
        }
    }

    internal void OnSlowApply() => Add(ref _slowApplies, 1);

    private void OnTxn(TxnResult txn)
    {
        if (txn.Results.Count > 1)
        {
            Add(ref _txns, 1);
        }

        foreach (var part in txn.Results)
        {
            switch (part)
            {
                case DeleteRangeResult:
                    Add(ref _deletes, 1);
                    break;
                case RangeResult:
                    Add(ref _ranges, 1);
                    break;
                case TxnResult nested:
                    OnTxn(nested);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>There is one writer; readers only must not see half a number.</summary>
    private static void Add(ref long counter, long amount) => Volatile.Write(ref counter, counter + amount);
}
