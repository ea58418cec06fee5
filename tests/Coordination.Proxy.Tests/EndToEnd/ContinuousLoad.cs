using System.Collections.Concurrent;
using System.Net;

namespace Coordination.Proxy.Tests;

/// <summary>Clients that ask without a pause until they are told to stop, and what they got.</summary>
internal sealed class ContinuousLoad : IAsyncDisposable
{
    private const int Clients = 8;

    private readonly HttpClient _client;
    private readonly Uri _url;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly Task _running;
    private long _done;

    public ContinuousLoad(Uri url)
    {
        _url = url;
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { Timeout = TimeSpan.FromSeconds(30) };
        _running = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(RunAsync)));
    }

    public long Done => Interlocked.Read(ref _done);

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>How many answers an instance has given.</summary>
    public int AnswersOf(string name) => _answers.GetValueOrDefault(name);

    /// <summary>Waits until so many more requests have been answered.</summary>
    public async Task More(int count)
    {
        var goal = Done + count;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Done < goal)
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    public async Task Stop()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var response = await _client.GetAsync(_url);
                var text = await response.Content.ReadAsStringAsync();
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    _failures.Enqueue($"{(int)response.StatusCode} {text}");
                }

                _answers.AddOrUpdate(text.Split(' ')[0], 1, (_, count) => count + 1);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                _failures.Enqueue(failure.ToString());
            }

            Interlocked.Increment(ref _done);
        }
    }
}
