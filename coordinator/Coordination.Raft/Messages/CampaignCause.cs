namespace Coordination.Raft;

/// <summary>Why a replica stands for election. The numbers are part of the wire format.</summary>
public enum CampaignCause : byte
{
    /// <summary>It heard nothing from a leader: replicas that did hear from one refuse.</summary>
    Timeout = 0,

    /// <summary>The leader asked it to take over: replicas vote although they know a working leader.</summary>
    Transfer = 1,
}
