using Microsoft.Extensions.Logging;

namespace Coordination.Server.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Without_any_setting_the_defaults_of_etcd_hold()
    {
        NodeOptions options = Configurations.Run();

        Assert.Equal("default", options.Name);
        Assert.Equal("default.etcd", options.DataDirectory);
        Assert.Equal("http://localhost:2379", Assert.Single(options.ListenClientUrls).OriginalString);
        Assert.Equal("http://localhost:2380", Assert.Single(options.InitialCluster["default"]).OriginalString);
        Assert.Equal(TimeSpan.FromMilliseconds(100), options.HeartbeatInterval);
        Assert.Equal(2L * 1024 * 1024 * 1024, options.QuotaBytes);
        Assert.Equal(uint.MaxValue, options.MaxConcurrentStreams);
        Assert.False(options.AutoCompaction.IsOn);
        Assert.Null(options.Tracing);
        Assert.Empty(options.ListenMetricsUrls);
        Assert.Equal(Configurations.Text(NodeOptions.Default), Configurations.Text(options));
    }

    [Theory]
    [InlineData("--name=n1")]
    [InlineData("-name=n1")]
    [InlineData("--name", "n1")]
    [InlineData("-name", "n1")]
    [InlineData("--name=n0", "--name=n1")]
    public void A_value_may_be_given_in_every_way_of_go(params string[] arguments)
    {
        Assert.Equal("n1", Configurations.Run(arguments).Name);
        Assert.Equal("n1.etcd", Configurations.Run(arguments).DataDirectory);
    }

    [Theory]
    [InlineData("--unsafe-no-fsync", true)]
    [InlineData("-unsafe-no-fsync=T", true)]
    [InlineData("--unsafe-no-fsync=1", true)]
    [InlineData("--unsafe-no-fsync=False", false)]
    [InlineData("--unsafe-no-fsync=0", false)]
    public void A_switch_stands_alone_or_with_a_value_of_go(string argument, bool value) =>
        Assert.Equal(value, Configurations.Run(argument).UnsafeNoFsync);

    [Fact]
    public void A_switch_does_not_take_the_next_word()
    {
        string message = Configurations.Refuse("--pre-vote", "false");

        Assert.StartsWith("'false' is no flag", message, StringComparison.Ordinal);
        Assert.Contains("--name=false", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_beats_the_environment()
    {
        Dictionary<string, string> environment = new() { ["ETCD_NAME"] = "variable", ["ETCD_MAX_TXN_OPS"] = "7", ["ETCD_LOG_LEVEL"] = "" };

        NodeOptions options = Configurations.Run(environment, "--name=flag");

        Assert.Equal("flag", options.Name);
        Assert.Equal(7, options.MaxTransactionOperations);
        Assert.Equal(LogLevel.Information, options.LogLevel);
    }

    [Fact]
    public void Other_variables_that_look_like_settings_are_noted_only()
    {
        Dictionary<string, string> environment = new() { ["ETCD_PORT"] = "tcp://10.0.0.1:2379", ["PATH"] = "x", ["ETCDCTL_API"] = "3" };

        Assert.Equal(
            ["The environment variable ETCD_PORT is no setting and has no effect."], Configurations.Notices(environment));
    }

    [Fact]
    public void A_setting_is_known_under_its_older_name()
    {
        Assert.Equal(
            TimeSpan.FromSeconds(5), Configurations.Run("--experimental-watch-progress-notify-interval=5s").WatchProgressNotifyInterval);
        Assert.Equal(
            TimeSpan.FromSeconds(5),
            Configurations.Run(new Dictionary<string, string> { ["ETCD_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL"] = "5s" })
                .WatchProgressNotifyInterval);
    }

    [Fact]
    public void Two_names_of_one_setting_must_agree()
    {
        Assert.Contains(
            "keep one of them",
            Configurations.Refuse("--watch-progress-notify-interval=5s", "--experimental-watch-progress-notify-interval=6s"),
            StringComparison.Ordinal);
        Configurations.Run("--watch-progress-notify-interval=5s", "--experimental-watch-progress-notify-interval=5s");
    }

    [Fact]
    public void All_problems_are_reported_in_one_message()
    {
        string message = Configurations.Refuse(
            new Dictionary<string, string> { ["ETCD_SNAPSHOT_COUNT"] = "many" },
            "--bogus=1", "--max-txn-ops=abc", "--cipher-suites=TLS_RSA", "--listen-client-urls=https://127.0.0.1:2379", "extra", "--name");

        Assert.Equal(
            """
            The configuration has 7 problems:
              - 'extra' is no flag; every flag begins with --, and a switch takes its value as --name=false.
              - --name needs a value; write --name=VALUE.
              - --bogus is no setting; correct or remove it (--help lists them all).
              - --max-txn-ops=abc must be a whole number from 1 to 2147483647.
              - --cipher-suites=TLS_RSA needs TLS, which this version does not serve yet; remove it.
              - --listen-client-urls=https://127.0.0.1:2379 needs TLS, which this version does not serve yet; use http.
              - ETCD_SNAPSHOT_COUNT=many must be a whole number from 0 to 9223372036854775807.
            """,
            message);
    }

    [Fact]
    public void A_single_problem_is_the_message() => Assert.Equal(
        "--metrics=much must be basic or extensive.", Configurations.Refuse("--metrics=much"));

    [Fact]
    public void Every_flag_of_etcd_is_known() =>
        Assert.All(EtcdFlags.All, flag => Assert.True(SettingTable.Find(flag.Name) is not null, flag.Name));

    [Fact]
    public void Every_flag_of_etcd_may_be_given_with_its_default()
    {
        string[] arguments =
        [
            .. EtcdFlags.All.Where(flag => flag.Default.Length > 0 && flag.Name != "enable-grpc-gateway")
                .Select(flag => $"--{flag.Name}={flag.Default}"),
        ];

        Assert.True(arguments.Length > 60);
        Assert.Equal(Configurations.Text(NodeOptions.Default), Configurations.Text(Configurations.Run(arguments)));
    }

    [Fact]
    public void The_defaults_in_the_help_text_are_the_defaults()
    {
        string[] arguments =
        [
            .. Settings.All.Where(setting => !setting.DefaultText.Contains('$', StringComparison.Ordinal))
                .Select(setting => $"--{setting.Name}={setting.DefaultText}"),
        ];

        Assert.Equal(Configurations.Text(NodeOptions.Default), Configurations.Text(Configurations.Run(arguments)));
    }

    [Theory]
    [InlineData("--backend-batch-limit=5", "--backend-batch-limit has no effect: the store keeps its data in another form than etcd.")]
    [InlineData("--feature-gates=InitialCorruptCheck=true", "The feature gate InitialCorruptCheck has no effect.")]
    public void What_has_no_effect_is_noted(string argument, string notice) => Assert.Equal([notice], Configurations.Notices([], argument));

    [Theory]
    [InlineData("--client-cert-auth")]
    [InlineData("--auto-tls=true")]
    [InlineData("--peer-cert-file=peer.crt")]
    [InlineData("--tls-min-version=TLS1.3")]
    [InlineData("--auth-token=jwt,pub-key=a")]
    [InlineData("--force-new-cluster")]
    [InlineData("--discovery-srv=example.org")]
    [InlineData("--enable-v2=1")]
    [InlineData("--proxy=on")]
    [InlineData("--logger=capnslog")]
    [InlineData("--strict-reconfig-check=false")]
    [InlineData("--wal-dir=wal")]
    public void What_is_missing_here_is_refused_by_name(string argument)
    {
        string message = Configurations.Refuse(argument);

        Assert.StartsWith(argument.Split('=')[0], message, StringComparison.Ordinal);
        Assert.EndsWith("; remove it.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--name=x", "-help", "--bogus")]
    public void Help_lists_every_setting_and_its_variable(params string[] arguments)
    {
        string help = Configurations.Show(arguments);

        Assert.All(Settings.All, setting =>
        {
            Assert.Contains($"--{setting.Name} ", help, StringComparison.Ordinal);
            Assert.Contains(Setting.EnvironmentName(setting.Name), help, StringComparison.Ordinal);
        });
        Assert.All(help.Split('\n'), line => Assert.True(line.Length <= 140, line));
    }

    [Fact]
    public void Version_names_the_program() =>
        Assert.StartsWith("coordinator 0.1.0", Configurations.Show("--version"), StringComparison.Ordinal);

    [Fact]
    public void Every_setting_says_what_it_does() => Assert.All(Settings.All, setting =>
    {
        Assert.EndsWith(".", setting.Help, StringComparison.Ordinal);
        Assert.Matches("^[a-z0-9-]+$", setting.Name);
    });
}
