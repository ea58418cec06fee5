using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Coordination.Proxy;

/// <summary>
/// Follows the registry and the configuration document by watches, for as long as the host runs, and shows what they say in the view. While
/// no server answers, the view stays as it is: what was known last is better than nothing.
/// </summary>
internal sealed partial class RegistryFollower(
    StoreClient store, IOptions<CoordinationProxyOptions> options, RegistryView view, TimeProvider time, ILogger<RegistryFollower> logger)
{
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(2);

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        FollowAsync("the registry", FollowInstancesAsync, cancellationToken),
        options.Value.ConfigurationName.Length == 0
            ? Task.CompletedTask
            : FollowAsync("the configuration document", FollowDocumentAsync, cancellationToken));

    /// <summary>Follows, and begins again after a pause when the store could not be asked, or refused.</summary>
    private async Task FollowAsync(string what, Func<Action, CancellationToken, Task> follow, CancellationToken cancellationToken)
    {
        var pause = RetryMin;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await follow(() => pause = RetryMin, cancellationToken);
            }
            catch (CoordinationException failure)
            {
                Log.CannotFollow(logger, what, failure.Message, pause);
            }
            catch (JsonException unreadable)
            {
                // The state of a document that somebody wrote by hand.
                Log.CannotFollow(logger, what, unreadable.Message, pause);
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < RetryMax ? pause * 2 : RetryMax;
        }
    }

    private async Task FollowInstancesAsync(Action answered, CancellationToken cancellationToken)
    {
        var registry = new ServiceRegistry(store.Root, options.Value.RegistryPrefix);
        var isFirst = true;
        await foreach (var batch in registry.WatchChangesAsync(null, InstanceFilter.All, cancellationToken))
        {
            if (isFirst)
            {
                isFirst = false;
                answered();
                view.Reset(batch.Changes.Select(change => change.Instance));
                Log.Following(logger, batch.Changes.Count, batch.Revision);
            }
            else
            {
                view.Apply(batch.Changes);
            }
        }
    }

    private async Task FollowDocumentAsync(Action answered, CancellationToken cancellationToken)
    {
        var document = new ConfigurationDocument(store.Root, options.Value.ConfigurationName);
        if (await document.FindAsync(cancellationToken: cancellationToken) is null)
        {
            // There may have been one when the process ran last.
            answered();
            view.SetDocument(null);
        }

        await foreach (var version in document.WatchAsync(cancellationToken: cancellationToken))
        {
            answered();
            view.SetDocument(new StoredDocument(version.Number, Encoding.UTF8.GetString(version.Content.Bytes.Span)));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 7001, Level = LogLevel.Information, Message = "following {Instances} instances from revision {Revision}")]
        public static partial void Following(ILogger logger, int instances, long revision);

        [LoggerMessage(
            EventId = 7002, Level = LogLevel.Warning,
            Message = "cannot follow {What}, and serves what is known: {Reason} Next attempt in {Pause}.")]
        public static partial void CannotFollow(ILogger logger, string what, string reason, TimeSpan pause);
    }
}
