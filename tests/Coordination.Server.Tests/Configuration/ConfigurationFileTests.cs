using Microsoft.Extensions.Logging;

namespace Coordination.Server.Tests;

public sealed class ConfigurationFileTests
{
    [Fact]
    public void A_file_has_the_names_of_the_flags()
    {
        NodeOptions options = Configurations.RunFile(
            """
            # The configuration of one node.
            name: 'n1'
            data-dir: /data
            wal-dir:
            snapshot-count: 5000
            heartbeat-interval: 200
            election-timeout: 2000
            quota-backend-bytes: 0
            listen-client-urls: http://10.0.0.1:2379,http://localhost:2379
            advertise-client-urls: http://10.0.0.1:2379
            initial-cluster: ~
            pre-vote: false
            auto-compaction-mode: periodic
            auto-compaction-retention: "1"
            client-transport-security:
              cert-file:
              client-cert-auth: false
              auto-tls: false
            peer-transport-security:
              client-cert-auth: false
            log-level: warn
            log-outputs: [stderr, /var/log/node.log]
            force-new-cluster: false
            grpc-keepalive-interval: 10000000000
            grpc-keepalive-timeout: 3s
            """);

        Assert.Equal("n1", options.Name);
        Assert.Equal("/data", options.DataDirectory);
        Assert.Equal(5000, options.SnapshotCount);
        Assert.Equal(2, options.ListenClientUrls.Count);
        Assert.False(options.PreVote);
        Assert.Equal(TimeSpan.FromHours(1), options.AutoCompaction.Period);
        Assert.Equal(LogLevel.Warning, options.LogLevel);
        Assert.Equal(["stderr", "/var/log/node.log"], options.LogOutputs);
        Assert.Equal(TimeSpan.FromSeconds(10), options.KeepAliveInterval);
        Assert.Equal(TimeSpan.FromSeconds(3), options.KeepAliveTimeout);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing")]
    [InlineData("---\n")]
    public void An_empty_file_means_the_defaults(string content) =>
        Assert.Equal(Configurations.Text(NodeOptions.Default), Configurations.Text(Configurations.RunFile(content)));

    [Theory]
    [InlineData("name: a\nbogus: 1", "etcd.yaml, line 2: bogus is no setting")]
    [InlineData("max-txn-ops: x", "etcd.yaml, line 1: max-txn-ops: x must be a whole number")]
    [InlineData("client-transport-security:\n  cert-file: a.crt", "line 2: client-transport-security/cert-file: a.crt needs TLS")]
    [InlineData("peer-transport-security:\n  auto-tls: true", "line 2: peer-transport-security/auto-tls: true needs TLS")]
    [InlineData("client-transport-security:\n  bogus: true", "client-transport-security/bogus is no setting")]
    [InlineData("client-transport-security: yes", "is no setting")]
    [InlineData("name: {a: b}", "must be a single value, or a list of them")]
    [InlineData("- name", "must be one list of keys and values")]
    [InlineData("just text", "must be one list of keys and values")]
    [InlineData("name: a\n---\nname: b", "must be one list of keys and values")]
    [InlineData("name: a\nname: b", "line 2: this is no YAML")]
    [InlineData("name: [a", "this is no YAML")]
    [InlineData("name: a\n\tdata-dir: b", "this is no YAML")]
    [InlineData("enable-pprof: true", "enable-pprof: true asks for Go's profiler")]
    public void A_problem_is_named_with_its_line(string content, string hint) =>
        Assert.Contains(hint, Configurations.RefuseFile(content), StringComparison.Ordinal);

    [Fact]
    public void A_file_replaces_flags_and_environment()
    {
        var run = Assert.IsType<CommandLineResult.Run>(Configurations.ReadFile(
            "max-txn-ops: 9", new Dictionary<string, string> { ["ETCD_MAX_TXN_OPS"] = "8" }, "--name=flag"));

        Assert.Equal("default", run.Options.Name);
        Assert.Equal(9, run.Options.MaxTransactionOperations);
        Assert.Equal(
            [
                "--name has no effect, because the configuration file etcd.yaml replaces flags and environment.",
                "ETCD_MAX_TXN_OPS has no effect, because the configuration file etcd.yaml replaces flags and environment.",
            ],
            run.Notices);
    }

    [Fact]
    public void A_file_may_be_named_by_the_environment()
    {
        CommandLineResult result = CommandLine.Read(
            [],
            new Dictionary<string, string> { ["ETCD_CONFIG_FILE"] = "other.yaml" },
            path => path == "other.yaml" ? "name: n2" : string.Empty);

        Assert.Equal("n2", Assert.IsType<CommandLineResult.Run>(result).Options.Name);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_reported() => Assert.Equal(
        "The configuration file missing.yaml cannot be read: There is no missing.yaml; correct --config-file.",
        Configurations.Refuse("--config-file", "missing.yaml"));
}
