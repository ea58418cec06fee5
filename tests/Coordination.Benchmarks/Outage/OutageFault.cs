namespace Coordination.Benchmarks;

/// <summary>What happens to the leader.</summary>
internal enum OutageFault
{
    /// <summary>SIGKILL: its connections are closed by the system. It is started again when the others go on.</summary>
    Killed,

    /// <summary>SIGSTOP: its connections stay open and are silent. It goes on when the others do.</summary>
    Frozen,
}
