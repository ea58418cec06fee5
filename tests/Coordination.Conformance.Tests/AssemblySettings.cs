// Test classes mostly wait for servers: more of them than cores run at a time, but not many, since each has a cluster of three.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
