namespace Coordination.Server.Tests;

/// <summary>The flags of etcd 3.4 to 3.6 with their defaults, as its help texts list them.</summary>
internal static class EtcdFlags
{
    private const string Listed = """
        advertise-client-urls=http://localhost:2379 auth-token=simple auth-token-ttl=300 auto-compaction-mode=periodic
        auto-compaction-retention=0 auto-tls=false backend-batch-interval backend-batch-limit=0 backend-bbolt-freelist-type=map
        bcrypt-cost=10 bootstrap-defrag-threshold-megabytes ca-file cert-file cipher-suites client-cert-allowed-hostname
        client-cert-auth=false client-cert-file client-crl-file client-key-file compact-hash-check-time=1m compaction-batch-limit=1000
        compaction-sleep-interval corrupt-check-time=0s cors=* data-dir debug=false discovery discovery-cacert discovery-cert
        discovery-dial-timeout=2s discovery-endpoints discovery-fallback=exit discovery-insecure-skip-tls-verify=false
        discovery-insecure-transport=true discovery-keepalive-time=2s discovery-keepalive-timeout=6s discovery-key discovery-password
        discovery-proxy discovery-request-timeout=5s discovery-srv discovery-srv-name discovery-token discovery-user
        distributed-tracing-address=localhost:4317 distributed-tracing-instance-id distributed-tracing-sampling-rate=0
        distributed-tracing-service-name=etcd downgrade-check-time election-timeout=1000 enable-distributed-tracing=false
        enable-grpc-gateway enable-log-rotation=false enable-pprof=false enable-v2=false experimental-backend-bbolt-freelist-type=array
        experimental-bootstrap-defrag-threshold-megabytes experimental-compact-hash-check-enabled=false
        experimental-compact-hash-check-time=1m experimental-compaction-batch-limit=1000 experimental-compaction-sleep-interval
        experimental-corrupt-check-time=0s experimental-distributed-tracing-address=localhost:4317
        experimental-distributed-tracing-instance-id experimental-distributed-tracing-sampling-rate=0
        experimental-distributed-tracing-service-name=etcd experimental-downgrade-check-time
        experimental-enable-distributed-tracing=false experimental-enable-lease-checkpoint=false
        experimental-enable-lease-checkpoint-persist=false experimental-enable-v2v3 experimental-initial-corrupt-check=false
        experimental-memory-mlock experimental-peer-skip-client-san-verification=false experimental-snapshot-catchup-entries
        experimental-stop-grpc-service-on-defrag experimental-txn-mode-write-with-shared-buffer=true
        experimental-warning-apply-duration=100ms experimental-warning-unary-request-duration=300ms
        experimental-watch-progress-notify-interval=10m feature-gates force-new-cluster=false grpc-keepalive-interval=2h
        grpc-keepalive-min-time=5s grpc-keepalive-timeout=20s heartbeat-interval=100 host-whitelist=*
        initial-advertise-peer-urls=http://localhost:2380 initial-cluster=default=http://localhost:2380 initial-cluster-state=new
        initial-cluster-token=etcd-cluster initial-election-tick-advance=true key-file listen-client-http-urls
        listen-client-urls=http://localhost:2379 listen-metrics-urls listen-peer-urls=http://localhost:2380 log-format=json
        log-level=info log-output=default log-outputs=default log-package-levels log-rotation-config-json logger=zap
        max-concurrent-streams=4294967295 max-learners=1 max-request-bytes=1572864 max-snapshots=5 max-txn-ops=128 max-wals=5
        memory-mlock metrics=basic name=default peer-auto-tls=false peer-ca-file peer-cert-allowed-cn peer-cert-allowed-hostname
        peer-cert-file peer-client-cert-auth=false peer-client-cert-file peer-client-key-file peer-crl-file peer-key-file
        peer-skip-client-san-verification=false peer-trusted-ca-file pre-vote=true proxy=off proxy-dial-timeout=1000
        proxy-failure-wait=5000 proxy-read-timeout=0 proxy-refresh-interval=30000 proxy-write-timeout=5000 quota-backend-bytes=0
        raft-read-timeout=5s raft-write-timeout=5s self-signed-cert-validity=1 snapshot-catchup-entries snapshot-count=10000
        socket-reuse-address=false socket-reuse-port=false strict-reconfig-check=true tls-max-version tls-min-version=TLS1.2
        trusted-ca-file unsafe-no-fsync=false v2-deprecation=write-only wal-dir warning-apply-duration=100ms
        warning-unary-request-duration=300ms watch-progress-notify-interval=10m
        """;

    public static IReadOnlyList<(string Name, string Default)> All { get; } =
    [
        .. Listed.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(flag => flag.Split('=', 2))
            .Select(parts => (parts[0], parts.Length == 2 ? parts[1] : string.Empty)),
    ];
}
