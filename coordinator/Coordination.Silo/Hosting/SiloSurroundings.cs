using Microsoft.Extensions.Logging;

namespace Coordination.Silo;

/// <summary>What a silo needs of the node that it runs in. All of it outlives the silo.</summary>
/// <param name="Options">How the silo is to run.</param>
/// <param name="Table">Where the membership is.</param>
/// <param name="Hosting">The replicas.</param>
/// <param name="Logs">The node's log.</param>
/// <param name="Time">The clock of waits and backoffs.</param>
public sealed record SiloSurroundings(
    SiloHostOptions Options, IClusterTable Table, IPartitionHosting Hosting, ILoggerFactory Logs, TimeProvider Time)
{
    internal ILogger Logger { get; } = Logs.CreateLogger<SiloHost>();
}
