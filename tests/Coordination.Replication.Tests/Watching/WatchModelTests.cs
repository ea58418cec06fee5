using System.Text;
using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

/// <summary>
/// Random writes, compactions and watchers with any options, on clients that take what is sent now and then, with limits so small that
/// everybody falls behind all the time. What each watcher was told is compared with what a list of all events says it must be told.
/// </summary>
public sealed class WatchModelTests
{
    private const int CasesPerBatch = 50;
    private const int StepsPerCase = 300;

    private static readonly WatchHubOptions Tiny = new()
    {
        StreamBytesMax = 500,
        StreamBytesLow = 200,
        QueuedBytesMax = 3_000,
        BacklogBytesMax = 1_500,
        HistorySliceChanges = 4,
        HistorySliceBytes = 200,
        ResponseBytesMax = 64 + 40,
        ProgressNotifyInterval = TimeSpan.FromSeconds(1),

        // That requests wait for answers to be taken is tested elsewhere: here the same thread does both.
        RequestsMax = int.MaxValue,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_histories_are_told_as_the_guarantees_say(int batch)
    {
        for (int i = 0; i < CasesPerBatch; i++)
        {
            await RunCase((batch * CasesPerBatch) + i);
        }
    }

    private static async Task RunCase(int seed)
    {
        var random = new Random(seed);
        var history = new WatchedHistory(new WatchFixture(Tiny, random.Next(3) * 20), random);
        var clients = new List<ModelClient>();
        for (int step = 0; step < StepsPerCase; step++)
        {
            switch (random.Next(20))
            {
                case < 9:
                    history.Write();
                    break;
                case 9 when random.Next(6) == 0:
                    history.Compact();
                    break;
                case 10 when clients.Count < 5:
                    clients.Add(new ModelClient(seed, history, random));
                    break;
                case 11:
                    history.Fixture.Time.Advance(TimeSpan.FromSeconds(0.7));
                    break;
                case 12 when clients.Count > 0 && random.Next(10) == 0:
                    int closed = random.Next(clients.Count);
                    clients[closed].Dispose();
                    clients.RemoveAt(closed);
                    break;
                case < 15 when clients.Count > 0:
                    await clients[random.Next(clients.Count)].RequestAsync();
                    break;
                case var _ when clients.Count > 0:
                    await clients[random.Next(clients.Count)].TakeSomeAsync();
                    break;
                default:
                    break;
            }
        }

        history.PassFutureStarts();
        foreach (var client in clients)
        {
            await client.FinishAsync();
            client.Dispose();
        }
    }

    /// <summary>Everything that ever happened, by revision.</summary>
    private sealed class WatchedHistory(WatchFixture fixture, Random random)
    {
        private static readonly string[] Keys = ["a", "aa", "b", "ba", "c", "d"];

        private int _values;

        public const int FutureMax = 6;

        public WatchFixture Fixture => fixture;

        public SortedDictionary<long, List<KeyEvent>> Events { get; } = [];

        /// <summary>The last compaction; nothing is compacted at first.</summary>
        public long CompactRevision { get; private set; } = -1;

        public string Key() => Keys[random.Next(Keys.Length)];

        public void Write()
        {
            fixture.ApplyOnly(random.Next(5) switch
            {
                0 => new DeleteRangeCommand(new DeleteRangeOperation(WatchFixture.RangeOf(Key(), random.Next(2) == 0 ? null : "*"))),
                1 => new TxnCommand(new TxnOperation(
                    [], [.. Keys.Where(_ => random.Next(2) == 0).Select(key => WatchFixture.PutOf(key, $"{_values++}"))], [])),
                _ => new PutCommand(WatchFixture.PutOf(Key(), $"{_values++}")),
            });
            if (fixture.State.LastEvents.Count > 0)
            {
                Events.Add(fixture.Revision, [.. fixture.State.LastEvents]);
            }

            // Commits and publications are not always one to one.
            if (random.Next(3) > 0)
            {
                fixture.Publish();
            }
        }

        public void Compact()
        {
            long revision = random.NextInt64(Math.Max(1, CompactRevision + 1), fixture.Revision + 1);
            if (revision > CompactRevision && revision <= fixture.Revision)
            {
                CompactRevision = revision;
                fixture.Compact(revision);
            }
        }

        /// <summary>Writes until nobody waits for a future revision.</summary>
        public void PassFutureStarts()
        {
            for (int i = 0; i <= FutureMax; i++)
            {
                fixture.ApplyOnly(new PutCommand(WatchFixture.PutOf("z", "")));
                Events.Add(fixture.Revision, [.. fixture.State.LastEvents]);
                fixture.Publish();
            }
        }
    }

    /// <summary>A client that checks what it is told.</summary>
    private sealed class ModelClient(int seed, WatchedHistory history, Random random) : IDisposable
    {
        private readonly WatchClient _client = history.Fixture.Open();
        private readonly Queue<WatchCreation> _asked = new();
        private readonly Dictionary<long, ModelWatcher> _watchers = [];
        private long _progress;
        private bool _isMidParts;

        public async Task RequestAsync()
        {
            switch (random.Next(6))
            {
                case 0 when _watchers.Count > 0:
                    long id = _watchers.Keys.ElementAt(random.Next(_watchers.Count));
                    await _client.CancelAsync(id);
                    break;
                case 1:
                    await _client.AskProgressAsync();
                    break;
                default:
                    await CreateAsync();
                    break;
            }
        }

        public async Task TakeSomeAsync()
        {
            // Only what is certain to come may be waited for.
            for (int i = random.Next(8); i > 0 && _asked.Count > 0; i--)
            {
                Take(await _client.NextAsync());
            }
        }

        /// <summary>Takes everything that there is, to the end.</summary>
        public async Task FinishAsync()
        {
            while (_asked.Count > 0)
            {
                Take(await _client.NextAsync());
            }

            _asked.Enqueue(WatchFixture.Watch("last"));
            await _client.SendAsync(WatchFixture.Watch("last"));
            while (_asked.Count > 0)
            {
                Take(await _client.NextAsync());
            }

            await _client.AskProgressAsync();
            while (_progress < history.Fixture.Revision)
            {
                Take(await _client.NextAsync());
            }

            foreach (var watcher in _watchers.Values)
            {
                Check(watcher.Next(history) is null, $"watcher {watcher.Id} was not told of {watcher.Next(history)}");
            }
        }

        public void Dispose() => _client.Dispose();

        private async Task CreateAsync()
        {
            var fixture = history.Fixture;
            string key = history.Key();
            var creation = WatchFixture.Watch(
                key,
                random.Next(3) switch { 0 => "*", 1 => key + "~", _ => null },
                random.Next(2) == 0 ? 0 : random.NextInt64(1, fixture.Revision + WatchedHistory.FutureMax)) with
            {
                WithPrevious = random.Next(2) == 0,
                NoPut = random.Next(6) == 0,
                NoDelete = random.Next(6) == 0,
                MayFragment = random.Next(2) == 0,
                ProgressNotify = random.Next(2) == 0,
            };
            _asked.Enqueue(creation);
            await _client.SendAsync(creation);
        }

        private void Take(WatchDelivery delivery)
        {
            var notice = delivery.Notice;
            Check(!_isMidParts || notice.Kind == WatchNoticeKind.Events, "another response came between parts");
            switch (notice.Kind)
            {
                case WatchNoticeKind.Created:
                    _watchers.Add(delivery.WatchId, new ModelWatcher(delivery.WatchId, _asked.Dequeue(), notice.Revision));
                    break;
                case WatchNoticeKind.Canceled:
                    Check(_watchers.Remove(delivery.WatchId), $"watcher {delivery.WatchId} ended twice");
                    break;
                case WatchNoticeKind.Compacted:
                    TakeCompacted(delivery);
                    break;
                case WatchNoticeKind.Progress:
                    TakeProgress(delivery);
                    break;
                case WatchNoticeKind.Events:
                    _isMidParts = notice.IsFragment;
                    Check(_watchers.TryGetValue(delivery.WatchId, out var watcher), $"there is no watcher {delivery.WatchId}");
                    TakeEvents(watcher, notice);
                    break;
                default:
                    Check(false, $"a {notice.Kind} was not asked for");
                    break;
            }
        }

        private void TakeCompacted(WatchDelivery delivery)
        {
            Check(_watchers.Remove(delivery.WatchId, out var watcher), $"watcher {delivery.WatchId} ended twice");
            Check(
                watcher.FirstUntold < delivery.Notice.CompactRevision,
                $"watcher {delivery.WatchId} ended by compaction {delivery.Notice.CompactRevision} though it was at {watcher.FirstUntold}");
        }

        private void TakeProgress(WatchDelivery delivery)
        {
            long revision = delivery.Notice.Revision;
            Check(revision <= history.Fixture.Revision, $"progress {revision} is ahead of time");
            if (delivery.WatchId == WatchNotice.NoWatcher)
            {
                _progress = revision;
            }

            foreach (var watcher in _watchers.Values)
            {
                if (delivery.WatchId == WatchNotice.NoWatcher || delivery.WatchId == watcher.Id)
                {
                    long next = watcher.Next(history)?.Current.ModRevision ?? long.MaxValue;
                    Check(next > revision, $"progress {revision} though watcher {watcher.Id} was not told of {next}");
                }
            }
        }

        private void TakeEvents(ModelWatcher watcher, WatchNotice notice)
        {
            var lines = Encoding.UTF8.GetString(notice.Events.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Check(lines.Length == notice.EventCount && lines.Length > 0, "the count of events is wrong");
            foreach (string line in lines)
            {
                var expected = watcher.Next(history);
                Check(expected is not null, $"watcher {watcher.Id} was told {line} for no reason");
                Check(
                    watcher.Agrees(history, expected.Value, line),
                    $"watcher {watcher.Id} was told {line} instead of revision {expected.Value.Current.ModRevision}");
                Check(notice.Revision >= expected.Value.Current.ModRevision, $"the header says {notice.Revision} with {line}");
                watcher.Told();
            }

            Check(
                notice.IsFragment == watcher.IsMidRevision(history),
                $"watcher {watcher.Id} was told a revision in parts that do not say so");
            Check(!notice.IsFragment || watcher.Creation.MayFragment, $"watcher {watcher.Id} was told parts");
        }

        private void Check([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool holds, string message) =>
            Assert.True(holds, $"Seed {seed}: {message}.");
    }

    /// <summary>What a watcher must be told next.</summary>
    private sealed class ModelWatcher(long id, WatchCreation creation, long createdRevision)
    {
        private int _toldOfRevision;

        public long Id => id;

        public WatchCreation Creation => creation;

        /// <summary>The first revision that the watcher cannot know to be without an event for it.</summary>
        public long FirstUntold { get; private set; } =
            creation.StartRevision == 0 ? createdRevision + 1 : creation.StartRevision;

        /// <summary>The revision of the next event for it, as far as that was looked for.</summary>
        private long NextRevision { get; set; } =
            creation.StartRevision == 0 ? createdRevision + 1 : creation.StartRevision;

        public KeyEvent? Next(WatchedHistory history)
        {
            int told = _toldOfRevision;
            foreach (var (revision, events) in history.Events)
            {
                if (revision < NextRevision)
                {
                    continue;
                }

                var wanted = events.Where(Wants).Skip(revision == NextRevision ? told : 0).ToList();
                if (wanted.Count > 0)
                {
                    if (revision != NextRevision)
                    {
                        NextRevision = revision;
                        _toldOfRevision = 0;
                    }

                    return wanted[0];
                }
            }

            return null;
        }

        public void Told()
        {
            _toldOfRevision++;
            FirstUntold = NextRevision + 1;
        }

        public bool IsMidRevision(WatchedHistory history) => Next(history) is { } next
            && next.Current.ModRevision == NextRevision && _toldOfRevision > 0;

        /// <summary>The key before may be missing once it is compacted.</summary>
        public bool Agrees(WatchedHistory history, KeyEvent expected, string line)
        {
            var before = history.Events.TakeWhile(write => write.Key < expected.Current.ModRevision)
                .SelectMany(static write => write.Value)
                .LastOrDefault(other => other.Current.Key.AsSpan().SequenceEqual(expected.Current.Key));
            var previous = before.Current is { Version: > 0 } existed ? existed : null;
            string bare = TextEncoder.Line(expected, null).TrimEnd('\n');
            string full = TextEncoder.Line(expected, creation.WithPrevious ? previous : null).TrimEnd('\n');
            return line == full || (line == bare && history.CompactRevision >= expected.Current.ModRevision);
        }

        private bool Wants(KeyEvent happened) =>
            creation.Range.Contains(happened.Current.Key) && !(happened.IsDelete ? creation.NoDelete : creation.NoPut);
    }
}
