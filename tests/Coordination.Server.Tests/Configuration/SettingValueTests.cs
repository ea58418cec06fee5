namespace Coordination.Server.Tests;

/// <summary>The forms and limits of single settings, and the rules between several.</summary>
public sealed class SettingValueTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("300ms", 300)]
    [InlineData("1.5s", 1500)]
    [InlineData(".5s", 500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("2h0m0.25s", 7_200_250)]
    [InlineData("+1m", 60_000)]
    [InlineData("-1m", -60_000)]
    [InlineData("5000us", 5)]
    [InlineData("5000µs", 5)]
    [InlineData("7000000ns", 7)]
    public void Durations_are_read_as_in_go(string text, double milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out TimeSpan value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1d")]
    [InlineData("1m 3s")]
    [InlineData("1..5s")]
    [InlineData("--1s")]
    [InlineData("1e3s")]
    [InlineData("2562048h")]
    [InlineData("999999999999999999999999999999999h")]
    public void Other_durations_are_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData("0", "2147483648")]
    [InlineData("-1", "")]
    [InlineData("8589934592", "8589934592")]
    public void A_quota_of_zero_is_the_default_and_a_negative_one_is_none(string text, string bytes) =>
        Assert.Equal(bytes, $"{Configurations.Run($"--quota-backend-bytes={text}").QuotaBytes}");

    [Theory]
    [InlineData("periodic", "0", null, null)]
    [InlineData("periodic", "0h", null, null)]
    [InlineData("periodic", "2", 120, null)]
    [InlineData("periodic", "30m", 30, null)]
    [InlineData("revision", "1000", null, 1000L)]
    [InlineData("revision", "0", null, null)]
    public void Auto_compaction_means_time_or_revisions(string mode, string retention, int? minutes, long? revisions)
    {
        AutoCompactionOptions options =
            Configurations.Run($"--auto-compaction-mode={mode}", $"--auto-compaction-retention={retention}").AutoCompaction;

        Assert.Equal(minutes, (int?)options.Period?.TotalMinutes);
        Assert.Equal(revisions, options.Revisions);
        Assert.Equal(minutes is not null || revisions is not null, options.IsOn);
    }

    [Theory]
    [InlineData("revision", "5m")]
    [InlineData("periodic", "-5m")]
    [InlineData("periodic", "-5")]
    [InlineData("periodic", "x")]
    [InlineData("periodic", "99999999999")]
    public void A_retention_that_does_not_fit_the_mode_is_refused(string mode, string retention) => Assert.StartsWith(
        $"--auto-compaction-retention={retention} must be",
        Configurations.Refuse($"--auto-compaction-mode={mode}", $"--auto-compaction-retention={retention}"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("--heartbeat-interval=500", "--heartbeat-interval")]
    [InlineData("--election-timeout=400", "--heartbeat-interval")]
    [InlineData("--election-timeout=60000", "in milliseconds")]
    [InlineData("--heartbeat-interval=0", "in milliseconds")]
    [InlineData("--heartbeat-interval=100ms", "in milliseconds")]
    [InlineData("--max-concurrent-streams=5000000000", "4294967295")]
    [InlineData("--max-request-bytes=0", "whole number")]
    [InlineData("--max-request-bytes=2147483647", "2146959359")]
    [InlineData("--max-txn-ops=-1", "whole number")]
    [InlineData("--snapshot-count=1.5", "whole number")]
    [InlineData("--grpc-keepalive-interval=500ms", "at least 1s")]
    [InlineData("--grpc-keepalive-timeout=-1s", "negative")]
    [InlineData("--grpc-keepalive-min-time=5", "such as 300ms")]
    [InlineData("--watch-progress-notify-interval=1ms", "at least 100ms")]
    [InlineData("--log-level=trace", "debug or info")]
    [InlineData("--log-outputs=stderr,,stdout", "none of them empty")]
    [InlineData("--name=", "must not be empty")]
    [InlineData("--initial-cluster-state=old", "new or existing")]
    [InlineData("--pre-vote=yes", "true or false")]
    [InlineData("--feature-gates=LeaseCheckpoint", "pairs such as")]
    [InlineData("--feature-gates=Bogus=true", "no feature gate")]
    [InlineData("--enable-lease-checkpoint-persist", "--enable-lease-checkpoint")]
    [InlineData("--distributed-tracing-sampling-rate=1000001", "1000000")]
    public void A_value_out_of_bounds_is_refused_with_what_would_do(string argument, string hint)
    {
        string message = Configurations.Refuse(argument);

        Assert.Contains(hint, message, StringComparison.Ordinal);
        Assert.DoesNotContain("problems", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1")]
    [InlineData("127.0.0.1:2379")]
    [InlineData("http://127.0.0.1:2379/")]
    [InlineData("http://127.0.0.1:2379/path")]
    [InlineData("http://user@127.0.0.1:2379")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://:2379")]
    [InlineData("http://example.org:2379")]
    [InlineData("http://127.0.0.1:2379,")]
    [InlineData("ftp://127.0.0.1:2379")]
    [InlineData("unix://localhost:2379")]
    [InlineData("")]
    public void A_url_that_cannot_be_listened_on_is_refused(string url) => Assert.StartsWith(
        $"--listen-client-urls={url} ",
        Configurations.Refuse($"--listen-client-urls={url}", "--advertise-client-urls=http://127.0.0.1:2379"),
        StringComparison.Ordinal);

    [Fact]
    public void Several_urls_are_kept_as_they_were_written()
    {
        NodeOptions options = Configurations.Run(
            "--listen-client-urls=http://127.0.0.1:80, http://[::1]:2379,http://localhost:0",
            "--advertise-client-urls=http://etcd-0.example.org:80,http://10.0.0.1:2379");

        Assert.Equal(
            ["http://127.0.0.1:80", "http://[::1]:2379", "http://localhost:0"], options.ListenClientUrls.Select(url => url.OriginalString));
        Assert.Equal(
            ["http://etcd-0.example.org:80", "http://10.0.0.1:2379"], options.AdvertiseClientUrls.Select(url => url.OriginalString));
    }

    [Fact]
    public void Listening_elsewhere_needs_an_advertised_url() => Assert.Contains(
        "needs --advertise-client-urls", Configurations.Refuse("--listen-client-urls=http://127.0.0.1:2379"), StringComparison.Ordinal);

    [Fact]
    public void Advertising_no_address_is_noted() => Assert.Contains(
        "no address that another machine can reach",
        Assert.Single(Configurations.Notices(
            [], "--listen-client-urls=http://0.0.0.0:2379", "--advertise-client-urls=http://0.0.0.0:2379")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("--listen-peer-urls=http://localhost:2379")]
    [InlineData("--listen-peer-urls=http://127.0.0.1:2379")]
    [InlineData("--listen-peer-urls=http://0.0.0.0:2379")]
    [InlineData("--listen-metrics-urls=http://127.0.0.1:2379")]
    [InlineData("--listen-metrics-urls=http://127.0.0.1:1,http://[::]:1")]
    public void Two_lists_cannot_use_one_port(string argument) => Assert.Contains(
        "give each a port of its own", Configurations.Refuse(argument), StringComparison.Ordinal);

    [Fact]
    public void The_cluster_follows_the_name_and_the_peer_urls()
    {
        NodeOptions options = Configurations.Run("--name=n1", "--initial-advertise-peer-urls=http://10.0.0.1:2380");

        Assert.Equal("http://10.0.0.1:2380", Assert.Single(options.InitialCluster["n1"]).OriginalString);
        Assert.Equal(
            Configurations.Text(options),
            Configurations.Text(Configurations.Run(
                "--name=n1", "--initial-advertise-peer-urls=http://10.0.0.1:2380", "--initial-cluster=n1=http://10.0.0.1:2380")));
    }

    [Theory]
    [InlineData("--initial-cluster=other=http://localhost:2380", "does not name this member, 'default'")]
    [InlineData("--initial-cluster=default=http://10.0.0.1:2380", "different URLs for this member")]
    [InlineData("--initial-cluster=default=http://localhost:2380,b=http://localhost:2380", "gives http://localhost:2380 to two members")]
    [InlineData("--initial-cluster=http://localhost:2380", "must be a list such as")]
    [InlineData("--initial-cluster=default=localhost:2380", "of the form http://host:port")]
    public void A_cluster_that_contradicts_the_rest_is_refused(string argument, string hint) =>
        Assert.Contains(hint, Configurations.Refuse(argument), StringComparison.Ordinal);

    [Fact]
    public void Feature_gates_switch_the_checkpoints_of_leases()
    {
        NodeOptions options = Configurations.Run("--feature-gates=LeaseCheckpoint=true,LeaseCheckpointPersist=true");

        Assert.True(options.LeaseCheckpoint);
        Assert.True(options.LeaseCheckpointPersist);
        Assert.Contains(
            "contradicts",
            Configurations.Refuse("--feature-gates=LeaseCheckpoint=true", "--enable-lease-checkpoint=false"), StringComparison.Ordinal);
    }

    [Fact]
    public void Tracing_is_there_when_it_is_on()
    {
        NodeOptions options = Configurations.Run(
            "--enable-distributed-tracing", "--distributed-tracing-address=c:4317", "--experimental-distributed-tracing-sampling-rate=10");

        Assert.Equal(new TracingOptions("c:4317", "etcd", string.Empty, 10), options.Tracing);
    }
}
