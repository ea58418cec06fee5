namespace Coordination.Linearizability.Tests;

/// <summary>One thing changed at random in a history that was right.</summary>
internal static class HistoryMutation
{
    private static readonly Dictionary<string, Func<Mutant, bool>> Mutations = new(StringComparer.Ordinal)
    {
        ["read shows another value"] = mutant =>
            mutant.Replace(IsReadOfKeys, read => WithRecords(read, record => record with { Value = $"{record.Value}x" })),
        ["number of a key is wrong"] = mutant =>
            mutant.Replace(IsReadOfKeys, read => WithRecords(read, record => record with { Version = record.Version + 1 })),
        ["read shows an older state"] = mutant => mutant.Replace(
            IsRead, read => mutant.Pick(other => other.Request.Equals(read.Request) && other.Answer?.Revision < read.Answer!.Revision)
                is { } older ? read with { Answer = older.Answer } : null),
        ["answer has the next revision"] = mutant => mutant.Replace(IsAnswered, WithNextRevision),
        ["writes exchange revisions"] = ExchangeRevisions,
        ["write is lost"] = mutant => mutant.Pick(IsChange) is { } write && mutant.History.Remove(write),
        ["write is told refused"] = mutant => mutant.Replace(IsChange, Refused),
        ["unknown write is refused"] = mutant =>
            mutant.Replace(operation => operation is { Outcome: Outcome.Unknown, Request: not StoreRequest.Read }, Refused),
        ["write happens twice"] = mutant =>
        {
            StoreOperation? write = mutant.Pick(IsChange);
            mutant.History.AddRange(write is null ? [] : [WithNextRevision(write)]);
            return write is not null;
        },
        ["operation moves to the end"] = mutant =>
        {
            long last = mutant.History.Max(operation => operation.End);
            return mutant.Replace(IsAnswered, operation => operation with { Start = last + 1, End = last + 2 });
        },
        ["operation moves to the beginning"] = mutant =>
            mutant.Replace(IsAnswered, operation => operation with { Start = -2, End = -1 }),
        ["change becomes none"] = mutant => mutant.Replace(
            IsChange, write => write with { Answer = write.Answer! with { Result = new StoreResult.Deleted(0) } }),
    };

    public static IReadOnlyList<string> Kinds { get; } = [.. Mutations.Keys];

    /// <summary>The changed history, or null when there is nothing of the kind to change.</summary>
    public static IReadOnlyList<StoreOperation>? Apply(string kind, Random random, IReadOnlyList<StoreOperation> history)
    {
        Mutant mutant = new(random, [.. history]);
        return Mutations[kind](mutant) ? mutant.History : null;
    }

    private static bool IsAnswered(StoreOperation operation) => operation.Answer is not null;

    private static bool IsChange(StoreOperation operation) => operation.Answer is { Result.IsChange: true };

    private static bool IsRead(StoreOperation operation) => operation is { Request: StoreRequest.Read, Answer: not null };

    private static bool IsReadOfKeys(StoreOperation operation) => IsRead(operation) && operation.Answer!.Result.Records.Any();

    private static StoreOperation Refused(StoreOperation operation) => operation with { Outcome = Outcome.Refused, Answer = null };

    private static StoreOperation WithNextRevision(StoreOperation operation) =>
        operation with { Answer = operation.Answer! with { Revision = operation.Answer.Revision + 1 } };

    private static StoreOperation WithRecords(StoreOperation read, Func<KeyRecord, KeyRecord> change) =>
        read with { Answer = read.Answer! with { Result = new StoreResult.Found([.. read.Answer.Result.Records.Select(change)]) } };

    private static bool ExchangeRevisions(Mutant mutant)
    {
        if (mutant.Pick(IsChange) is not { } one || mutant.Pick(other => IsChange(other) && other != one) is not { } two)
        {
            return false;
        }

        mutant.History[mutant.History.IndexOf(one)] = one with { Answer = one.Answer! with { Revision = two.Answer!.Revision } };
        mutant.History[mutant.History.IndexOf(two)] = two with { Answer = two.Answer with { Revision = one.Answer.Revision } };
        return true;
    }

    private sealed record Mutant(Random Random, List<StoreOperation> History)
    {
        public StoreOperation? Pick(Func<StoreOperation, bool> fits)
        {
            StoreOperation[] all = [.. History.Where(fits)];
            return all.Length == 0 ? null : all[Random.Next(all.Length)];
        }

        public bool Replace(Func<StoreOperation, bool> fits, Func<StoreOperation, StoreOperation?> change)
        {
            if (Pick(fits) is not { } picked || change(picked) is not { } changed)
            {
                return false;
            }

            History[History.IndexOf(picked)] = changed;
            return true;
        }
    }
}
