using System.Globalization;

namespace Coordination.Faults.Tests;

/// <summary>
/// One client that puts, reads, deletes and compares, one request after the other, on few keys that all clients fight over. It stays with
/// one member until that fails it. Every value is unique.
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
            var request = Next();
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

    private StoreRequest Next() => random.Next(100) switch
    {
        < 35 => Put(),
        < 55 => new StoreRequest.Read(new KeyRange(AnyKey())),
        < 62 => new StoreRequest.Read(StoreClient.Everything),
        < 72 => new StoreRequest.Read(new KeyRange(AnyKey()), IsSerializable: true),
        < 78 => new StoreRequest.Delete(new KeyRange(AnyKey())),
        < 80 => new StoreRequest.Delete(new KeyRange("k0", "k3")),
        < 92 => CompareAndSwap(AnyKey()),
        _ => ManyKeys(),
    };

    private string AnyKey() => KeyOf(random.Next(Keys));

    private StoreRequest.Put Put() => Put(AnyKey());

    private StoreRequest.Put Put(string key) => new(key, FormattableString.Invariant($"{number}.{_sequence++}"));

    private StoreRequest.Transaction CompareAndSwap(string key) => new(
        [new Comparison(key, ComparisonTarget.Mod, ComparisonSign.Equal, Text(_seen.GetValueOrDefault(key)))],
        [Put(key)],
        [new StoreRequest.Read(new KeyRange(key))]);

    private StoreRequest.Transaction ManyKeys()
    {
        var first = random.Next(Keys);
        KeyRange deleted = new(KeyOf((first + 1) % Keys));
        KeyRange read = new(KeyOf(first));
        return new StoreRequest.Transaction(
            [], [Put(KeyOf(first)), new StoreRequest.Delete(deleted), Put(KeyOf((first + 2) % Keys)), new StoreRequest.Read(read)], []);
    }

    private static string KeyOf(int number) => $"k{Text(number)}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
