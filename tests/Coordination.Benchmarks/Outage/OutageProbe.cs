using System.Diagnostics;
using System.Net;
using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Coordination.Benchmarks;

/// <summary>
/// Puts through one member, a new one every few milliseconds whether or not the earlier ones have been answered, as from many clients.
/// Knows the longest time without a success. Begun and read by the command; answers come on any thread.
/// </summary>
internal sealed class OutageProbe : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Longer than any server lets a put wait.</summary>
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly GrpcChannel _channel;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private long _lastSuccess = Stopwatch.GetTimestamp();
    private long _armedAt = long.MaxValue;
    private TimeSpan _longest;
    private long _successes;
    private long _failures;

    public OutageProbe(IPEndPoint endpoint)
    {
        _channel = GrpcChannel.ForAddress($"http://{endpoint}");
        _running = RunAsync(ByteString.CopyFromUtf8($"outage/{endpoint.Port}"));
    }

    /// <summary>The longest time without a success since <see cref="Arm"/>, the running one included.</summary>
    public TimeSpan Longest
    {
        get
        {
            lock (_gate)
            {
                var running = Stopwatch.GetElapsedTime(_lastSuccess);
                return running > _longest ? running : _longest;
            }
        }
    }

    /// <summary>Puts that succeeded since <see cref="Arm"/>.</summary>
    public long Successes => Interlocked.Read(ref _successes);

    /// <summary>Puts that ended otherwise since <see cref="Arm"/>.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>How long ago the last success was.</summary>
    public TimeSpan SinceSuccess
    {
        get
        {
            lock (_gate)
            {
                return Stopwatch.GetElapsedTime(_lastSuccess);
            }
        }
    }

    /// <summary>The fault is about to begin.</summary>
    public void Arm()
    {
        lock (_gate)
        {
            _armedAt = Stopwatch.GetTimestamp();
            _longest = TimeSpan.Zero;
            _successes = 0;
            _failures = 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _channel.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(ByteString key)
    {
        var client = new KV.KVClient(_channel);
        using var timer = new PeriodicTimer(Interval);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            _ = PutAsync(client, new PutRequest { Key = key, Value = key });
        }
    }

    private async Task PutAsync(KV.KVClient client, PutRequest request)
    {
        try
        {
            await client.PutAsync(request, deadline: DateTime.UtcNow + PatienceMax, cancellationToken: _stopping.Token);
            OnSuccess();
        }
        catch (RpcException)
        {
            Interlocked.Increment(ref _failures);
        }
    }

    private void OnSuccess()
    {
        lock (_gate)
        {
            long now = Stopwatch.GetTimestamp();
            var gap = Stopwatch.GetElapsedTime(Math.Max(_lastSuccess, Math.Min(_armedAt, now)), now);
            _longest = _armedAt <= now && gap > _longest ? gap : _longest;
            _lastSuccess = now;
            _successes++;
        }
    }
}
