using System.Net;

namespace Coordination.Benchmarks.Tests;

public sealed class LoadOptionsParserTests
{
    [Fact]
    public void Without_options_etcd_is_measured_alone()
    {
        LoadOptions options = LoadOptionsParser.Parse([]);

        Assert.Equal(["etcd"], options.Servers);
        Assert.Equal((200, 20, 256), (options.Clients, options.Connections, options.ValueBytes));
    }

    [Fact]
    public void With_a_coordinator_both_servers_take_turns()
    {
        LoadOptions options = LoadOptionsParser.Parse(["--coordinator", "publish/coordinator"]);

        Assert.Equal(["etcd", "coordinator"], options.Servers);
        Assert.Equal("publish/coordinator", options.CoordinatorPath);
    }

    [Fact]
    public void Values_follow_their_option_or_an_equals_sign()
    {
        LoadOptions options = LoadOptionsParser.Parse(["--clients", "5", "--nodes=3", "--workloads", "put,get"]);

        Assert.Equal((5, 3), (options.Clients, options.Nodes));
        Assert.Equal(["put", "get"], options.Workloads);
    }

    [Fact]
    public void Endpoints_and_their_processes_are_lists()
    {
        LoadOptions options = LoadOptionsParser.Parse(["--endpoints", "127.0.0.1:1,[::1]:2", "--pids", "7,8"]);

        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.IPv6Loopback, 2)], options.Endpoints);
        Assert.Equal([7, 8], options.Pids);
    }

    [Theory]
    [InlineData("--cleints 5", "there is no option \"--cleints\"")]
    [InlineData("--clients", "--clients needs a value")]
    [InlineData("--clients --seconds 5", "--clients needs a value")]
    [InlineData("--clients 0", "from 1 to 100000")]
    [InlineData("--clients many", "expected a whole number")]
    [InlineData("--clients 5 --clients 6", "--clients is given twice")]
    [InlineData("--nodes 2", "must be 1 or 3")]
    [InlineData("--workloads put,fly", "there is no workload \"fly\"")]
    [InlineData("--workloads put,put", "named twice")]
    [InlineData("--workloads put,", "nothing empty")]
    [InlineData("--servers consul", "there is no server \"consul\"")]
    [InlineData("--servers coordinator", "--coordinator PATH")]
    [InlineData("--servers etcd --coordinator x", "does not name coordinator")]
    [InlineData("--endpoints localhost:2379", "not of the form IP:PORT")]
    [InlineData("--endpoints 127.0.0.1", "not of the form IP:PORT")]
    [InlineData("--endpoints 127.0.0.1:1 --nodes 3", "--nodes is about servers to start")]
    [InlineData("--pids 7", "--pids belongs to --endpoints")]
    public void A_command_line_that_makes_no_sense_is_refused_with_a_reason(string commandLine, string reason)
    {
        LoadException refused = Assert.Throws<LoadException>(() => LoadOptionsParser.Parse(commandLine.Split(' ')));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_names_every_option_and_workload()
    {
        using var help = new StringWriter();
        LoadUsage.Print(help);

        Assert.All(LoadOptionsParser.All, option => Assert.Contains(option.Name, help.ToString(), StringComparison.Ordinal));
        Assert.All(WorkloadList.Names, name => Assert.Contains($"  {name} ", help.ToString(), StringComparison.Ordinal));
    }
}
