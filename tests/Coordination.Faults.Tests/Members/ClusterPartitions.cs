using Coordination.Protocol.V1;

namespace Coordination.Faults.Tests;

/// <summary>
/// Partitions of a cluster that may be broken: asks any member, again and again, until what is wanted is so. Changes go on by themselves
/// once they have begun, so that a refusal says little.
/// </summary>
public sealed class ClusterPartitions(IReadOnlyList<TestMember> members)
{
    private const uint Replicas = TestCluster.Size;

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>Gives a space a partition of its own; the revision with which that serves, as every member says.</summary>
    public async Task<long> Create(KeySpace space, Random random, CancellationToken stop)
    {
        await Repeat(
            async member =>
            {
                await Ask(() => member.Calls.CreatePartition(space.Prefix, Replicas));
                return await IsEverywhere(space, Stage.Serving);
            },
            random.Next(members.Count),
            stop);
        long first = 0;
        await Repeat(async _ => (first = await FindFirstRevision(space)) > 0, begin: 0, stop);
        return first;
    }

    /// <summary>Drops the partition of a space, in which there are no keys.</summary>
    public Task Drop(KeySpace space, Random random, CancellationToken stop) => Repeat(
        async member =>
        {
            if (await Find(member, space) is { } partition)
            {
                await Ask(() => member.Calls.DropPartition(partition.Id));
            }

            return await IsEverywhere(space, stage: null);
        },
        random.Next(members.Count),
        stop);

    /// <summary>The member that leads the partition of a space, as the latest of its replicas say.</summary>
    public async Task<TestMember> FindLeader(KeySpace space)
    {
        TestMember? leader = null;
        using var limit = new CancellationTokenSource(TestCluster.RecoveryMax);
        try
        {
            await Repeat(
                async member =>
                {
                    var leading = (await Find(member, space))?.Replicas.Where(replica => replica.Role == Role.Leader)
                        .MaxBy(replica => replica.Term);
                    leader = members.FirstOrDefault(other => other.Name == leading?.MemberName);
                    return leader is not null;
                },
                begin: 0,
                limit.Token);
            return leader!;
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"Nobody leads the partition of '{space.Prefix}'.", late);
        }
    }

    private async Task<bool> IsEverywhere(KeySpace space, Stage? stage)
    {
        var found = await Task.WhenAll(members.Select(member => Find(member, space)));
        return Array.TrueForAll(found, partition => partition?.Stage == stage);
    }

    /// <summary>0 while the members do not agree.</summary>
    private async Task<long> FindFirstRevision(KeySpace space)
    {
        var found = await Task.WhenAll(members.Select(member => member.Calls.FindCompacted(space.Range)));
        return found.Distinct().Count() == 1 ? found[0] ?? 0 : 0;
    }

    private static async Task<Partition?> Find(TestMember member, KeySpace space) =>
        (await member.Calls.Partitions()).FirstOrDefault(partition => partition.Prefix.ToStringUtf8() == space.Prefix);

    /// <summary>Asks, and takes a refusal for an answer.</summary>
    private static async Task Ask(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException error) when (error.StatusCode != StatusCode.InvalidArgument)
        {
            // Not now, or it goes on by itself, or is done already.
        }
    }

    /// <summary>Asks one member after the other until it is so.</summary>
    private async Task Repeat(Func<TestMember, Task<bool>> isSo, int begin, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(AskAgainAfter);
        var isDone = false;
        for (var next = begin; !isDone; next++)
        {
            await Ask(async () => isDone = await isSo(members[next % members.Count]));
            await timer.WaitForNextTickAsync(stop);
        }
    }
}
