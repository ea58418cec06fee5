using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>Every replica that a partition ever had. Ids count up from 1 and are never reused.</summary>
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

    /// <summary>The replica of an id, or null.</summary>
    public ReplicaRecord? Find(ReplicaId id) => id.Value - 1 < (ulong)_records.Count ? _records[(int)id.Value - 1] : null;
}
