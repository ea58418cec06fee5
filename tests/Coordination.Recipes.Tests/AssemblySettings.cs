using Coordination.Recipes.Tests;

// Tests mostly wait for servers, and share those that they do not break.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
[assembly: AssemblyFixture(typeof(SharedServers))]
