// Test classes mostly wait for servers: more of them than cores run at a time.
[assembly: Xunit.v3.Parallelization(MaxThreads = 8)]
