using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

/// <summary>
/// Random histories on the state machine and on <see cref="NaiveState"/>: every answer, every event and every read of every uncompacted
/// revision must be the same, through commits, compaction in slices and crashes that lose what was not committed.
/// </summary>
public sealed class PartitionStateModelTests
{
    private const int CasesPerBatch = 150;
    private const int CommandsPerCase = 120;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Random_histories_agree_with_the_naive_state(int batch)
    {
        for (int i = 0; i < CasesPerBatch; i++)
        {
            RunCase((batch * CasesPerBatch) + i);
        }
    }

    private static void RunCase(int seed)
    {
        var random = new Random(seed);
        var commands = new RandomCommands(random);
        var run = new ModelRun(seed, random.Next(3) * 2);
        for (int i = 0; i < CommandsPerCase; i++)
        {
            run.Apply(commands.NextCommand(run.Naive.Revision, run.Naive.Moment.MetadataVersion));
            if (random.Next(3) == 0)
            {
                run.State.Compact(random.Next(8));
            }

            if (random.Next(2) == 0)
            {
                run.State.Commit();
                run.CompareReads(commands.Range);
            }

            if (random.Next(30) == 0)
            {
                run.CompareStore();
            }

            if (random.Next(20) == 0)
            {
                run.Crash();
                run.CompareReads(commands.Range);
            }
        }

        run.CompareStore();
        run.CompareReads(commands.Range);
        run.CompareLeases();
    }
}
