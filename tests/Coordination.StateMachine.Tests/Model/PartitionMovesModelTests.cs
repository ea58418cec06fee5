using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

/// <summary>
/// Random histories in which keys and leases move between partitions, of one that serves from its beginning and of one that first takes
/// its keys over: what is refused, what is shown, what watches are told, what is kept for copies and what is stored must be as
/// <see cref="NaiveState"/> says, through commits, compaction in slices and crashes.
/// </summary>
public sealed class PartitionMovesModelTests
{
    private const int CasesPerBatch = 100;
    private const int CommandsPerCase = 150;

    [Theory]
    [InlineData(PartitionPhase.Serving, 0)]
    [InlineData(PartitionPhase.Serving, 1)]
    [InlineData(PartitionPhase.Serving, 2)]
    [InlineData(PartitionPhase.Receiving, 3)]
    [InlineData(PartitionPhase.Receiving, 4)]
    [InlineData(PartitionPhase.Receiving, 5)]
    public void Random_moves_agree_with_the_naive_state(PartitionPhase begunAs, int batch)
    {
        for (int i = 0; i < CasesPerBatch; i++)
        {
            RunCase((batch * CasesPerBatch) + i, begunAs);
        }
    }

    private static void RunCase(int seed, PartitionPhase begunAs)
    {
        var random = new Random(seed);
        var commands = new RandomPartitionCommands(random);
        var run = new ModelRun(seed, random.Next(3) * 2, begunAs);
        for (int i = 0; i < CommandsPerCase; i++)
        {
            run.Apply(commands.Next(run.Naive));
            if (random.Next(3) == 0)
            {
                run.State.Compact(random.Next(8));
            }

            if (random.Next(2) == 0)
            {
                run.State.Commit();
                run.CompareReads(commands.Range);
                run.ComparePartition();
                run.CompareLeases();
            }

            if (random.Next(20) == 0)
            {
                run.CompareStore();
            }

            if (random.Next(15) == 0)
            {
                run.Crash();
                run.CompareReads(commands.Range);
                run.ComparePartition();
                run.CompareLeases();
            }
        }

        run.CompareStore();
        run.ComparePartition();
    }
}
