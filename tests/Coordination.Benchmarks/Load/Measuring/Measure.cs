namespace Coordination.Benchmarks;

/// <summary>What a workload can find out about a server. The unit is part of the name.</summary>
internal enum Measure
{
    /// <summary>Operations per second; for watches, events delivered.</summary>
    OperationsPerSecond,
    Percentile50Microseconds,
    Percentile90Microseconds,
    Percentile99Microseconds,
    Percentile999Microseconds,
    LongestMicroseconds,

    /// <summary>Processor time of all servers for one operation.</summary>
    ServerCpuMicroseconds,

    /// <summary>Processor time of the load generator for one operation.</summary>
    GeneratorCpuMicroseconds,

    /// <summary>Resident memory of all servers at the end.</summary>
    ResidentBytes,

    /// <summary>Bytes written to disk by all servers for one operation.</summary>
    WrittenBytes,

    /// <summary>Processors kept busy by neither the servers nor the load generator.</summary>
    OtherCpuCores,

    /// <summary>From the start of the processes to the first linearizable read answered by each.</summary>
    FirstReadSeconds,

    /// <summary>The same after a restart on the data of the workload.</summary>
    RestartReadSeconds,

    /// <summary>Resident memory of all servers after that restart.</summary>
    RestartResidentBytes,

    /// <summary>Size of all data folders at the end.</summary>
    DiskBytes,
}
