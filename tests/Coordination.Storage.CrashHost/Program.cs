using System.Globalization;
using Coordination.StateMachine;
using Coordination.Storage;
using Coordination.Storage.CrashHost;

// Arguments: the store's directory, the seed. Works until it is killed; the number of steps bounds a run that nobody kills.
const int StepsMax = 1_000_000;
var workload = new CrashWorkload(int.Parse(args[1], CultureInfo.InvariantCulture));
using var store = RocksDbStateStore.Open(args[0], CrashWorkload.Options);
var state = new PartitionState(store, cachedValueBytesMax: 0);
for (int i = 1; i <= StepsMax; i++)
{
    workload.Step(state);
    if (i % CrashWorkload.StepsPerFlush == 0)
    {
        Report("flushed", store.Flush());
    }
    else if (i % CrashWorkload.StepsPerReport == 0)
    {
        Report("applied", state.AppliedIndex);
    }
}

return 1;

static void Report(string what, ulong index) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {index}"));
