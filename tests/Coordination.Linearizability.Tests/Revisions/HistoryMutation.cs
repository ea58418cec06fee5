namespace Coordination.Linearizability.Tests;

/// <summary>One thing changed at random in a history that was right.</summary>
internal static class HistoryMutation
{
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "read shows another value", "read shows an older state", "answer has the next revision", "writes exchange revisions",
        "write is lost", "write is told refused", "unknown write is refused", "write happens twice", "operation moves to the end",
        "operation moves to the beginning", "number of a key is wrong", "change becomes none",
    ];

    /// <summary>The changed history, or null when there is nothing of the kind to change.</summary>
    public static IReadOnlyList<StoreOperation>? Apply(string kind, Random random, IReadOnlyList<StoreOperation> history)
    {
        List<StoreOperation> changed = [.. history];
        StoreOperation? Pick(Predicate<StoreOperation> fits)
        {
            StoreOperation[] all = [.. changed.Where(operation => fits(operation))];
            return all.Length == 0 ? null : all[random.Next(all.Length)];
        }

        bool IsChange(StoreOperation operation) => operation.Answer is { Result.IsChange: true };
        bool IsRead(StoreOperation operation) => operation is { Request: StoreRequest.Read, Answer: not null };
        bool IsReadOfKeys(StoreOperation operation) => IsRead(operation) && operation.Answer!.Result.Records.Any();
        long last = history.Max(operation => operation.End) + 1;
        StoreOperation? picked = kind switch
        {
            "read shows another value" or "number of a key is wrong" => Pick(IsReadOfKeys),
            "read shows an older state" => Pick(IsRead),
            "answer has the next revision" => Pick(operation => operation.Answer is not null),
            "unknown write is refused" => Pick(operation => operation is { Outcome: Outcome.Unknown, Request: not StoreRequest.Read }),
            "operation moves to the end" or "operation moves to the beginning" => Pick(operation => operation.Answer is not null),
            _ => Pick(IsChange),
        };
        if (picked is null)
        {
            return null;
        }

        StoreOperation? result = kind switch
        {
            "read shows another value" => WithRecords(picked, record => record with { Value = $"{record.Value}x" }),
            "number of a key is wrong" => WithRecords(picked, record => record with { Version = record.Version + 1 }),
            "read shows an older state" => Pick(other => other.Request.Equals(picked.Request) && other.Answer?.Revision < picked.Answer!.Revision)
                is { } older ? picked with { Answer = older.Answer } : null,
            "answer has the next revision" => picked with { Answer = picked.Answer! with { Revision = picked.Answer.Revision + 1 } },
            "write is told refused" or "unknown write is refused" => picked with { Outcome = Outcome.Refused, Answer = null },
            "operation moves to the end" => picked with { Start = last, End = last + 1 },
            "operation moves to the beginning" => picked with { Start = -2, End = -1 },
            "change becomes none" => picked with { Answer = picked.Answer! with { Result = new StoreResult.Deleted(0) } },
            _ => picked,
        };
        if (result is null)
        {
            return null;
        }

        changed[changed.IndexOf(picked)] = result;
        switch (kind)
        {
            case "write is lost":
                changed.Remove(picked);
                break;
            case "write happens twice":
                changed.Add(picked with { Id = changed.Count + 1, Answer = picked.Answer! with { Revision = picked.Answer.Revision + 1 } });
                break;
            case "writes exchange revisions" when Pick(other => IsChange(other) && other != picked) is { } other:
                changed[changed.IndexOf(picked)] = picked with { Answer = picked.Answer! with { Revision = other.Answer!.Revision } };
                changed[changed.IndexOf(other)] = other with { Answer = other.Answer with { Revision = picked.Answer.Revision } };
                break;
        }

        return changed;
    }

    private static StoreOperation WithRecords(StoreOperation read, Func<KeyRecord, KeyRecord> change) =>
        read with { Answer = read.Answer! with { Result = new StoreResult.Found([.. read.Answer.Result.Records.Select(change)]) } };
}
