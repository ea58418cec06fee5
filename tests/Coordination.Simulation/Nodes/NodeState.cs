namespace Coordination.Simulation;

/// <summary>What a simulated node is doing.</summary>
internal enum NodeState
{
    /// <summary>It is not running; it will be started again.</summary>
    Down,

    /// <summary>It runs.</summary>
    Up,

    /// <summary>
    /// It refused to start on a damaged log: its replicas must be removed from their groups before it may come back empty.
    /// </summary>
    Lost,
}
