// A cluster has three processes, and its clients keep the cores busy: one at a time, so that outages are those of the faults.
[assembly: Xunit.v3.Parallelization(MaxThreads = 2)]
