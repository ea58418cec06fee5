using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// Every replica that a partition ever had. Ids count up from 1. Where the product's replicas run, an id is a member's, and its later
/// replicas take the place of those that it dropped; elsewhere ids are never reused.
/// </summary>
internal sealed class ReplicaDirectory
{
    private readonly List<ReplicaRecord> _records = [];

    /// <summary>All of them, in the order of their ids.</summary>
    public IReadOnlyList<ReplicaRecord> All => _records;

    /// <summary>Gives a new replica on a node its id.</summary>
    public ReplicaRecord Add(int node)
    {
        var record = new ReplicaRecord(new ReplicaId((ulong)_records.Count + 1), node);
        _records.Add(record);
        return record;
    }

    /// <summary>A replica is from now on the one of its id.</summary>
    public void Put(ReplicaRecord replica)
    {
        for (ulong id = (ulong)_records.Count + 1; id <= replica.Id.Value; id++)
        {
            _records.Add(new ReplicaRecord(new ReplicaId(id), (int)id - 1));
        }

        _records[(int)replica.Id.Value - 1] = replica;
    }

    /// <summary>The replica of an id, or null.</summary>
    public ReplicaRecord? Find(ReplicaId id) => id.Value - 1 < (ulong)_records.Count ? _records[(int)id.Value - 1] : null;
}
