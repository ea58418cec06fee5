using Coordination.Client.Tests;

// Tests mostly wait for servers, and share those that they do not break.
[assembly: Xunit.v3.Parallelization(MaxThreads = 2)]
[assembly: AssemblyFixture(typeof(SharedServers))]
