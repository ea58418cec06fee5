using System.Globalization;

namespace Coordination.Faults.Tests;

/// <summary>
/// One client that puts, reads, deletes and compares, one request after the other, on few keys that all clients fight over. It stays with
/// one member until that fails it. Every value is unique. Half of the requests are about keys that may be in a partition of their own.
/// </summary>
public sealed class LoadClient(int number, IReadOnlyList<TestMember> members, StoreClient client, Random random, CancellationToken stop)
{
    private const int Keys = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan ThinkingMax = TimeSpan.FromMilliseconds(4);

    private readonly Dictionary<string, long> _seen = [];
    private int _member = number % members.Count;
    private int _sequence;

    public async Task Run()
    {
        while (!stop.IsCancellationRequested)
        {
            var request = Next(KeySpace.All[random.Next(KeySpace.All.Count)]);
            var isElsewhere = random.Next(10) == 0;
            var answer = await client.Send(members[isElsewhere ? random.Next(members.Count) : _member], request);
            if (answer is null && !isElsewhere)
            {
                _member = random.Next(members.Count);
            }

            Learn(answer);

            // Clients that never think leave no time for servers on the same machine; one that was failed does not insist.
            await Pace.Take(answer is null ? Pause : ThinkingMax * random.NextDouble());
        }
    }

    private void Learn(StoreAnswer? answer)
    {
        foreach (var record in answer?.Result.Records ?? [])
        {
            _seen[record.Key] = record.ModRevision;
        }
    }

    private StoreRequest Next(KeySpace space) => random.Next(100) switch
    {
        < 35 => Put(AnyKey(space)),
        < 55 => new StoreRequest.Read(new KeyRange(AnyKey(space))),
        < 62 => new StoreRequest.Read(space.Range),
        < 72 => new StoreRequest.Read(new KeyRange(AnyKey(space)), IsSerializable: true),
        < 78 => new StoreRequest.Delete(new KeyRange(AnyKey(space))),
        < 80 => new StoreRequest.Delete(new KeyRange(KeyOf(space, 0), KeyOf(space, 3))),
        < 92 => CompareAndSwap(AnyKey(space)),
        _ => ManyKeys(space),
    };

    private string AnyKey(KeySpace space) => KeyOf(space, random.Next(Keys));

    private StoreRequest.Put Put(string key) => new(key, FormattableString.Invariant($"{number}.{_sequence++}"));

    private StoreRequest.Transaction CompareAndSwap(string key) => new(
        [new Comparison(key, ComparisonTarget.Mod, ComparisonSign.Equal, Text(_seen.GetValueOrDefault(key)))],
        [Put(key)],
        [new StoreRequest.Read(new KeyRange(key))]);

    private StoreRequest.Transaction ManyKeys(KeySpace space)
    {
        var first = random.Next(Keys);
        var last = (first + 2) % Keys;
        KeyRange deleted = new(KeyOf(space, (first + 1) % Keys));
        KeyRange read = new(KeyOf(space, first));
        return new StoreRequest.Transaction(
            [],
            [Put(KeyOf(space, first)), new StoreRequest.Delete(deleted), Put(KeyOf(space, last)), new StoreRequest.Read(read)],
            []);
    }

    private static string KeyOf(KeySpace space, int number) => space.Key($"k{Text(number)}");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
