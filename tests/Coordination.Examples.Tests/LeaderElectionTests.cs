using System.Globalization;
using System.Text.RegularExpressions;

namespace Coordination.Examples.Tests;

public sealed partial class LeaderElectionTests(SharedServers servers)
{
    [Theory]
    [InlineData(ServerKind.Etcd)]
    [InlineData(ServerKind.Coordinator)]
    public async Task Another_process_takes_over_from_a_leader_that_is_killed(ServerKind kind)
    {
        for (var round = 1; round <= 2; round++)
        {
            var lines = (await ExampleProgram.RunWell("LeaderElection", servers[kind])).Split('\n');

            // Who comes first is up to the three.
            Assert.Equal(6, lines.Length);
            Assert.Equal(["ann", "ben", "cem"], lines[..3].Select(line => Candidate().Match(line).Groups["name"].Value));
            var (first, epoch) = LeaderIn(lines[3]);
            Assert.Equal($"{first} is killed. The next in line leads when its lease has ended.", lines[4]);
            var (second, nextEpoch) = LeaderIn(lines[5]);
            Assert.NotEqual(first, second);
            Assert.True(nextEpoch > epoch, $"The epoch {nextEpoch} comes after {epoch}.");
        }
    }

    private static (string Name, long Epoch) LeaderIn(string line)
    {
        var match = Leader().Match(line);
        Assert.True(match.Success, line);
        return (match.Groups["name"].Value, long.Parse(match.Groups["epoch"].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^(?<name>\w+) is process \d+\.$")]
    private static partial Regex Candidate();

    [GeneratedRegex(@"^(?<name>ann|ben|cem) leads, in epoch (?<epoch>\d+)\.$")]
    private static partial Regex Leader();
}
