using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Coordination.Recipes;

/// <summary>
/// A document of configuration with its history: published, tried out on some instances first, rolled back. Readers see a whole version,
/// never a mixture; a change of what is in force is one write, seen by everybody who reads after it and, in order, by everybody who
/// watches. The keys are <c>NAME/state</c> (JSON: the last and the current version, the gray release) and <c>NAME/versions/NUMBER</c>. Any
/// thread.
/// </summary>
public sealed class ConfigurationDocument
{
    /// <summary>How many versions are kept, unless told otherwise.</summary>
    public const int HistoryMaxDefault = 100;

    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();

    private readonly CoordinationNamespace _store;
    private readonly Key _stateKey;
    private readonly Key _versions;
    private readonly int _historyMax;

    /// <summary>A document of that name. Nothing happens in the store.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="name">What it is called. Keys that begin with it and a slash belong to it.</param>
    /// <param name="historyMax">How many of the newest versions are kept; above 0. The one in force is kept in any case.</param>
    /// <exception cref="ArgumentException">The name is empty, or no version would be kept.</exception>
    public ConfigurationDocument(CoordinationNamespace store, Key name, int historyMax = HistoryMaxDefault)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(historyMax);
        _store = store;
        var prefix = RecipeName.Prefix(name);
        _stateKey = prefix.Append("state");
        _versions = prefix.Append("versions/");
        _historyMax = historyMax;
    }

    /// <summary>Makes a new version, which is in force for everybody at once. Ends a gray release.</summary>
    /// <param name="content">What it says.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>The number of the version.</returns>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public Task<long> PublishAsync(Value content, CancellationToken cancellationToken = default) =>
        ChangeAsync(Publish, content, cancellationToken);

    /// <summary>
    /// As <see cref="PublishAsync"/>, if the version in force is still the one that the content was made from.
    /// </summary>
    /// <param name="content">What it says.</param>
    /// <param name="expected">The version that is in force; 0 when none is.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>The number of the version.</returns>
    /// <exception cref="VersionMismatchException">Another version is in force. Nothing was changed.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public Task<long> ReplaceAsync(Value content, long expected, CancellationToken cancellationToken = default) => ChangeAsync(
        state => state.Current == expected ? Publish(state) : throw new VersionMismatchException(expected, state.Current),
        content,
        cancellationToken);

    /// <summary>Makes a new version that only instances with certain labels see; the others go on with the current one.</summary>
    /// <param name="content">What it says.</param>
    /// <param name="labels">Every label that an instance has to have, with the values that it can have.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>The number of the version.</returns>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public Task<long> TryOutAsync(
        Value content, IReadOnlyDictionary<string, IReadOnlyList<string>> labels, CancellationToken cancellationToken = default) =>
        ChangeAsync(
            state => state with { Last = state.Last + 1, Gray = new GrayRelease(state.Last + 1, labels) },
            content,
            cancellationToken);

    /// <summary>Puts the version that is tried out into force for everybody.</summary>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>The version in force.</returns>
    /// <exception cref="InvalidOperationException">None is tried out.</exception>
    public Task<long> PromoteAsync(CancellationToken cancellationToken = default) => ChangeAsync(
        state => state.Gray is { } gray
            ? state with { Current = gray.Version, Gray = null }
            : throw new InvalidOperationException("No version is tried out."),
        null,
        cancellationToken);

    /// <summary>Ends a gray release: everybody sees the current version. Nothing happens when there is none.</summary>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>The version in force.</returns>
    public Task<long> WithdrawAsync(CancellationToken cancellationToken = default) =>
        ChangeAsync(state => state with { Gray = null }, null, cancellationToken);

    /// <summary>Puts an older version back into force for everybody. Ends a gray release.</summary>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Ends the wait; it may be done all the same.</param>
    /// <returns>The version in force.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version any more.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done; doing it again does no harm.</exception>
    public async Task<long> RollBackAsync(long version, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(version, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new ArgumentOutOfRangeException(nameof(version), version, "There is no such version.");
        }

        return await ChangeAsync(
            state => state with { Current = version, Gray = null }, null, cancellationToken, VersionKey(version)).ConfigureAwait(false);
    }

    /// <summary>The version that an instance is to use; null when nothing was published for it.</summary>
    /// <param name="labels">The labels of the instance; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<ConfigurationVersion?> FindAsync(
        IReadOnlyDictionary<string, string>? labels = null, CancellationToken cancellationToken = default)
    {
        var (state, _) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        return await FindAsync(state.VersionFor(labels ?? NoLabels), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The versions that are kept, the newest first.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<IReadOnlyList<ConfigurationVersion>> GetHistoryAsync(CancellationToken cancellationToken = default)
    {
        var range = await _store.KeyValues.GetRangeAsync(
            KeyRange.Prefix(_versions), new RangeOptions { Descending = true }, cancellationToken).ConfigureAwait(false);
        return [.. range.KeyValues.Select(Read)];
    }

    /// <summary>
    /// Shows the version that an instance is to use, and then every other that it is to use instead. Goes on through broken connections and
    /// restarts; versions that were in force only while nobody could be reached may be left out. Ends when it is cancelled or left.
    /// </summary>
    /// <param name="labels">The labels of the instance; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UnavailableException">No server could be asked to begin with.</exception>
    public async IAsyncEnumerable<ConfigurationVersion> WatchAsync(
        IReadOnlyDictionary<string, string>? labels = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var shown = 0L;
        await foreach (var change in PrefixFeed.FollowAsync(_store, _stateKey, cancellationToken).ConfigureAwait(false))
        {
            foreach (var (_, state) in change.Changes.Where(key => key.Key == _stateKey && key.After is not null))
            {
                var number = Parse(state).VersionFor(labels ?? NoLabels);
                if (number == shown)
                {
                    continue;
                }

                var version = await Repeat.UntilAnsweredAsync(token => FindAsync(number, token), cancellationToken).ConfigureAwait(false);
                if (version is not null)
                {
                    shown = number;
                    yield return version;
                }
            }
        }
    }

    /// <summary>Which versions there are, and who sees which.</summary>
    internal async Task<ConfigurationState> GetStateAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken).ConfigureAwait(false)).State;

    private static ConfigurationState Publish(ConfigurationState state) => new(state.Last + 1, state.Last + 1, null);

    private static ConfigurationState Parse(KeyValue? state) => state is null
        ? new ConfigurationState(0, 0, null)
        : JsonSerializer.Deserialize(state.Value.Bytes.Span, RecipesJson.Default.ConfigurationState)!;

    private Key VersionKey(long number) => _versions.Append(number.ToString("d20", CultureInfo.InvariantCulture));

    private ConfigurationVersion Read(KeyValue key) =>
        new(long.Parse(key.Key.ToString().AsSpan(_versions.Bytes.Length), CultureInfo.InvariantCulture), key.Value);

    private async Task<ConfigurationVersion?> FindAsync(long number, CancellationToken cancellationToken)
    {
        var found = await _store.KeyValues.GetAsync(VersionKey(number), cancellationToken: cancellationToken).ConfigureAwait(false);
        return found.KeyValue is { } version ? new ConfigurationVersion(number, version.Value) : null;
    }

    private async Task<(ConfigurationState State, long Revision)> ReadAsync(CancellationToken cancellationToken)
    {
        var read = (await _store.KeyValues.GetAsync(_stateKey, cancellationToken: cancellationToken).ConfigureAwait(false)).KeyValue;
        return (Parse(read), read?.ModRevision ?? 0);
    }

    /// <summary>Changes the state unless somebody else does at the same time: then it begins anew, with theirs.</summary>
    private async Task<long> ChangeAsync(
        Func<ConfigurationState, ConfigurationState> change, Value? content, CancellationToken cancellationToken, Key needed = default)
    {
        while (true)
        {
            var (before, revision) = await ReadAsync(cancellationToken).ConfigureAwait(false);
            var after = change(before);
            Value text = JsonSerializer.SerializeToUtf8Bytes(after, RecipesJson.Default.ConfigurationState);
            var write = _store.KeyValues.When(Condition.ModRevision(_stateKey, Comparison.Equal, revision))
                .Then(Operation.Put(_stateKey, text));
            if (!needed.IsEmpty)
            {
                write = write.When(Condition.Exists(needed));
            }

            if (content is { } news)
            {
                var oldest = Math.Min(after.Last - _historyMax + 1, after.Current);
                write = write.Then(Operation.Put(VersionKey(after.Last), news));
                write = oldest > 1
                    ? write.Then(Operation.DeleteRange(KeyRange.Between(VersionKey(0), VersionKey(oldest))))
                    : write;
            }

            if ((await write.CommitAsync(cancellationToken).ConfigureAwait(false)).Succeeded)
            {
                return content is null ? after.Current : after.Last;
            }

            if (!needed.IsEmpty
                && (await _store.KeyValues.GetAsync(needed, cancellationToken: cancellationToken).ConfigureAwait(false)).KeyValue is null)
            {
                throw new ArgumentOutOfRangeException(nameof(needed), "There is no such version any more.");
            }
        }
    }
}
