using Coordination.Examples.Tests;

// Examples mostly wait for leases to end, and share the servers: each has a namespace of its own.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
[assembly: AssemblyFixture(typeof(SharedServers))]
