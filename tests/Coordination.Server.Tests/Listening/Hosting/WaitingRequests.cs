using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Coordination.Server.Tests;

/// <summary>The requests that wait until they are aborted, reported as they come and go.</summary>
internal sealed class WaitingRequests
{
    private readonly Channel<bool> _started = Channel.CreateUnbounded<bool>();
    private readonly Channel<bool> _ended = Channel.CreateUnbounded<bool>();

    /// <summary>Completes when so many more requests wait.</summary>
    public Task StartedAsync(int count) => TakeAsync(_started, count);

    /// <summary>Completes when so many more requests were aborted.</summary>
    public Task EndedAsync(int count) => TakeAsync(_ended, count);

    public async Task WaitAsync(HttpContext context)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = context.RequestAborted.Register(aborted.SetResult);
        _started.Writer.TryWrite(true);
        await aborted.Task;
        _ended.Writer.TryWrite(true);
    }

    private static async Task TakeAsync(Channel<bool> reports, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        for (int i = 0; i < count; i++)
        {
            await reports.Reader.ReadAsync(patience.Token);
        }
    }
}
