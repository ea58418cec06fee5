using System.Diagnostics;
using System.Net;
using Coordination.Protocol.Etcd;
using Grpc.Core;
using Grpc.Net.Client;

namespace Coordination.Benchmarks;

/// <summary>The outage through one surviving member in one round.</summary>
/// <param name="Longest">The longest time without a successful put.</param>
/// <param name="Failures">Puts that ended with an error.</param>
internal readonly record struct Outage(TimeSpan Longest, long Failures);

/// <summary>Takes the leader of a running cluster of three away, again and again, and measures what clients of the others see.</summary>
internal sealed class OutageRounds(LaunchedCluster cluster, CancellationToken cancellation)
{
    private static readonly TimeSpan RoundMin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RoundMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Steady = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LeaderLimit = TimeSpan.FromSeconds(30);
    private const int SuccessesMin = 100;

    /// <summary>One round: an outage for each surviving member.</summary>
    public async Task<IReadOnlyList<Outage>> RunAsync(OutageFault fault)
    {
        int leader = await FindLeaderAsync();
        List<OutageProbe> probes = [.. cluster.Endpoints.Where((_, i) => i != leader).Select(static endpoint => new OutageProbe(endpoint))];
        try
        {
            await UntilAsync(() => probes.TrueForAll(static probe => probe.Successes >= SuccessesMin), RoundMax);
            probes.ForEach(static probe => probe.Arm());
            long began = Stopwatch.GetTimestamp();
            Begin(fault, leader);
            await UntilAsync(
                () => Stopwatch.GetElapsedTime(began) > RoundMin
                    && probes.TrueForAll(static probe => probe.Successes >= SuccessesMin && probe.SinceSuccess < Steady),
                RoundMax);
            return [.. probes.Select(static probe => new Outage(probe.Longest, probe.Failures))];
        }
        finally
        {
            foreach (OutageProbe probe in probes)
            {
                await probe.DisposeAsync();
            }

            End(fault, leader);
        }
    }

    private void Begin(OutageFault fault, int node)
    {
        if (fault == OutageFault.Killed)
        {
            cluster.Kill(node);
        }
        else
        {
            cluster.Signal(node, NativeMethods.SignalStop);
        }
    }

    private void End(OutageFault fault, int node)
    {
        if (fault == OutageFault.Killed)
        {
            cluster.StartAgain(node, cancellation);
        }
        else
        {
            cluster.Signal(node, NativeMethods.SignalContinue);
            cluster.AwaitReads(cancellation);
        }
    }

    private async Task<int> FindLeaderAsync()
    {
        int leader = -1;
        await UntilAsync(
            async () =>
            {
                leader = -1;
                for (int i = 0; i < cluster.Endpoints.Count; i++)
                {
                    leader = await IsLeaderAsync(cluster.Endpoints[i]) ? i : leader;
                }

                return leader >= 0;
            },
            LeaderLimit);
        return leader;
    }

    private async Task<bool> IsLeaderAsync(IPEndPoint endpoint)
    {
        using var channel = GrpcChannel.ForAddress($"http://{endpoint}");
        try
        {
            StatusResponse status = await new Maintenance.MaintenanceClient(channel).StatusAsync(
                new StatusRequest(), deadline: DateTime.UtcNow + LeaderLimit, cancellationToken: cancellation);
            return status.Leader == status.Header.MemberId;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private Task UntilAsync(Func<bool> isTrue, TimeSpan limit) => UntilAsync(() => Task.FromResult(isTrue()), limit);

    private async Task UntilAsync(Func<Task<bool>> isTrueAsync, TimeSpan limit)
    {
        long began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Look);
        while (!await isTrueAsync() && Stopwatch.GetElapsedTime(began) < limit)
        {
            await timer.WaitForNextTickAsync(cancellation);
        }
    }
}
