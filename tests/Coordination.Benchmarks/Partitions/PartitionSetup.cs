using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using PartitionsClient = Coordination.Protocol.V1.Partitions.PartitionsClient;

namespace Coordination.Benchmarks;

/// <summary>Creates partitions in a running cluster.</summary>
internal static class PartitionSetup
{
    /// <summary>Creates a partition with three replicas for each prefix, and waits until they serve.</summary>
    /// <returns>How long that took.</returns>
    public static async Task<TimeSpan> CreateAsync(LaunchedCluster cluster, IEnumerable<string> prefixes, CancellationToken cancellation)
    {
        using var channel = GrpcChannel.ForAddress($"http://{cluster.Endpoints[0]}");
        var client = new PartitionsClient(channel);
        long began = Stopwatch.GetTimestamp();
        foreach (string prefix in prefixes)
        {
            try
            {
                await client.CreatePartitionAsync(
                    new Protocol.V1.CreatePartitionRequest { Prefix = ByteString.CopyFromUtf8(prefix), ReplicaCount = 3 },
                    cancellationToken: cancellation);
            }
            catch (RpcException refusal)
            {
                throw new LoadException($"the partition {prefix} could not be created: {refusal.Status.Detail}", refusal);
            }
        }

        return Stopwatch.GetElapsedTime(began);
    }
}
