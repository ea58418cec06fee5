namespace Coordination.Server;

/// <summary>
/// The settings that etcd has and this version has no effect for, so that none of them is taken for a typing error or, worse, silently
/// overlooked. A setting moves to <see cref="Settings"/> when its effect exists.
/// </summary>
internal static class OtherSettings
{
    private const string NeedsTls = "needs TLS, which this version does not serve yet";
    private const string NeedsAuthentication = "needs users and roles, which this version does not have yet";
    private const string NeedsDiscovery = "needs cluster discovery, which this version does not have";
    private const string NeedsGateway = "needs the JSON gateway, which this version does not serve yet";
    private const string NeedsVersion2 = "needs the v2 API, which this version does not serve yet";
    private const string NeedsRotation = "needs log rotation, which this version leaves to the system; rotate the files with its tools";
    private const string NoSuchStorage = "the store keeps its data in another form than etcd";
    private const string NoProxy = "there is no v2 proxy";

    public static IReadOnlyList<Setting> All { get; } =
    [
        .. Refuse(NeedsTls, "cert-file", "key-file", "client-cert-file", "client-key-file", "trusted-ca-file", "client-crl-file"),
        .. Refuse(NeedsTls, "peer-cert-file", "peer-key-file", "peer-client-cert-file", "peer-client-key-file", "peer-trusted-ca-file"),
        .. Refuse(NeedsTls, "peer-ca-file", "peer-crl-file", "peer-cert-allowed-cn", "peer-cert-allowed-hostname", "cipher-suites"),
        .. Refuse(NeedsTls, "client-cert-allowed-hostname", "tls-max-version", "ca-file"),
        .. RefuseUnlessFalse(NeedsTls, "client-cert-auth", "auto-tls", "peer-client-cert-auth", "peer-auto-tls"),
        .. RefuseUnlessFalse(NeedsTls, "peer-skip-client-san-verification", "experimental-peer-skip-client-san-verification"),
        new RefusedSetting("tls-min-version", false, NeedsTls, "TLS1.2"),
        new RefusedSetting("self-signed-cert-validity", false, NeedsTls, "1"),

        new RefusedSetting("auth-token", false, NeedsAuthentication, "simple"),
        new RefusedSetting("auth-token-ttl", false, NeedsAuthentication, "300"),
        new RefusedSetting("bcrypt-cost", false, NeedsAuthentication, "10"),

        .. Refuse(NeedsDiscovery, "discovery", "discovery-proxy", "discovery-srv", "discovery-srv-name", "discovery-endpoints"),
        .. Refuse(NeedsDiscovery, "discovery-token", "discovery-user", "discovery-password", "discovery-key", "discovery-cert"),
        .. Refuse(NeedsDiscovery, "discovery-cacert"),
        .. RefuseUnlessFalse(NeedsDiscovery, "discovery-insecure-skip-tls-verify"),
        new RefusedSetting("discovery-insecure-transport", true, NeedsDiscovery, "true"),
        .. Ignore("there is no cluster discovery", "discovery-fallback", "discovery-dial-timeout", "discovery-keepalive-time"),
        .. Ignore("there is no cluster discovery", "discovery-keepalive-timeout", "discovery-request-timeout"),

        new RefusedSetting("cors", false, NeedsGateway, "*"),
        new RefusedSetting("host-whitelist", false, NeedsGateway, "*"),
        new RefusedSetting("enable-grpc-gateway", true, NeedsGateway, "false"),
        new RefusedSetting("listen-client-http-urls", false, "is not needed: the ports of --listen-client-urls serve HTTP as well"),
        .. RefuseUnlessFalse(NeedsVersion2, "enable-v2"),
        .. Refuse(NeedsVersion2, "experimental-enable-v2v3"),
        new IgnoredSetting("v2-deprecation", false, "there is no v2 store to write or to refuse"),

        new RefusedSetting("proxy", false, "asks for the v2 proxy, which etcd has given up and this program never had", "off"),
        .. Ignore(NoProxy, "proxy-dial-timeout", "proxy-failure-wait", "proxy-read-timeout", "proxy-write-timeout"),
        .. Ignore(NoProxy, "proxy-refresh-interval"),

        .. RefuseUnlessFalse("asks to rebuild a cluster from one member, which this version cannot do yet", "force-new-cluster"),
        new RefusedSetting("strict-reconfig-check", true, "asks to allow changes of members that could stop the cluster", "true"),
        new RefusedSetting("max-learners", false, "is a limit of members that this version does not have yet", "1"),
        new RefusedSetting("wal-dir", false, "asks for a second folder; all data lies in that of --data-dir"),
        .. RefuseUnlessFalse("asks to lock memory, which this version cannot do", "memory-mlock", "experimental-memory-mlock"),
        .. RefuseUnlessFalse("asks for a socket option that this version does not set", "socket-reuse-address", "socket-reuse-port"),
        .. RefuseUnlessFalse("asks for Go's profiler; use dotnet-trace and dotnet-counters", "enable-pprof"),
        .. RefuseUnlessFalse("is gone; use --log-level=debug", "debug"),
        new RefusedSetting("logger", false, "names a logger of etcd's past; there is one logger, called zap there", "zap"),
        new RefusedSetting("log-output", false, "is gone; use --log-outputs", "default"),
        new RefusedSetting("log-package-levels", false, "is gone; use --log-level"),
        .. RefuseUnlessFalse(NeedsRotation, "enable-log-rotation"),
        .. Ignore("log rotation is off", "log-rotation-config-json"),

        .. Ignore("segments of the log go as soon as no snapshot needs them", "max-wals", "max-snapshots"),
        .. Ignore(NoSuchStorage, "backend-batch-interval", "backend-batch-limit", "backend-bbolt-freelist-type"),
        .. Ignore(NoSuchStorage, "experimental-backend-bbolt-freelist-type", "bootstrap-defrag-threshold-megabytes"),
        .. Ignore(NoSuchStorage, "experimental-bootstrap-defrag-threshold-megabytes"),
        .. Ignore(NoSuchStorage, "compaction-batch-limit", "compaction-sleep-interval"),
        .. Ignore(NoSuchStorage, "experimental-compaction-batch-limit", "experimental-compaction-sleep-interval"),
        .. IgnoreSwitch(NoSuchStorage, "experimental-stop-grpc-service-on-defrag", "experimental-txn-mode-write-with-shared-buffer"),
        .. IgnoreSwitch("a cluster of one member has nobody to compare with", "experimental-initial-corrupt-check"),
        .. IgnoreSwitch("a cluster of one member has nobody to compare with", "experimental-compact-hash-check-enabled"),
        .. Ignore("a cluster of one member has nobody to compare with", "corrupt-check-time", "experimental-corrupt-check-time"),
        .. Ignore("a cluster of one member has nobody to compare with", "compact-hash-check-time", "experimental-compact-hash-check-time"),
        .. Ignore("a cluster of one member has no peers to wait for", "raft-read-timeout", "raft-write-timeout"),
        .. Ignore("there is no downgrade to look for", "downgrade-check-time", "experimental-downgrade-check-time"),
    ];

    private static IEnumerable<Setting> Refuse(string reason, params string[] names) =>
        names.Select(name => new RefusedSetting(name, isBoolean: false, reason));

    private static IEnumerable<Setting> RefuseUnlessFalse(string reason, params string[] names) =>
        names.Select(name => new RefusedSetting(name, isBoolean: true, reason, "false"));

    private static IEnumerable<Setting> Ignore(string reason, params string[] names) =>
        names.Select(name => new IgnoredSetting(name, isBoolean: false, reason));

    private static IEnumerable<Setting> IgnoreSwitch(string reason, params string[] names) =>
        names.Select(name => new IgnoredSetting(name, isBoolean: true, reason));
}
