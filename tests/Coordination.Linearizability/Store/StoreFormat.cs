namespace Coordination.Linearizability;

/// <summary>Operations on a store as text.</summary>
public sealed class StoreFormat : IOperationFormat<StoreRequest, StoreAnswer>
{
    /// <summary>Reads a whole history of a store.</summary>
    /// <exception cref="FormatException">A line is none of a history of a store.</exception>
    public static IReadOnlyList<StoreOperation> Parse(string text) => HistoryText.Parse(text, new StoreFormat());

    /// <inheritdoc/>
    public StoreRequest ReadRequest(TokenReader reader)
    {
        string kind = reader.Next();
        return kind switch
        {
            "put" => new StoreRequest.Put(
                reader.NextText(), reader.NextText(), reader.TryTake("lease") ? reader.NextNumber() : 0),
            "delete" => new StoreRequest.Delete(KeyRange.Read(reader)),
            "read" => ReadRead(reader),
            "txn" => ReadTransaction(reader),
            "grant" => new StoreRequest.Grant(reader.NextNumber(), reader.NextNumber()),
            "move" => new StoreRequest.Move(KeyRange.Read(reader)),
            "revoke" => new StoreRequest.Revoke(reader.NextNumber()),
            _ => throw new FormatException($"'{kind}' is no request of a store."),
        };
    }

    /// <inheritdoc/>
    public StoreAnswer ReadAnswer(TokenReader reader) => new(Token.ToNumber(reader.NextAfter('@')), ReadResult(reader));

    private static StoreRequest.Read ReadRead(TokenReader reader)
    {
        KeyRange range = KeyRange.Read(reader);
        long revision = reader.TryTake("at") ? reader.NextNumber() : 0;
        return new StoreRequest.Read(range, reader.TryTake("serializable"), revision);
    }

    private StoreRequest.Transaction ReadTransaction(TokenReader reader)
    {
        long comparisons = reader.NextNumber();
        long thens = reader.NextNumber();
        long elses = reader.NextNumber();
        return new StoreRequest.Transaction(
            ReadEach(reader, "if", comparisons, Comparison.Read),
            ReadEach(reader, "then", thens, ReadRequest),
            ReadEach(reader, "else", elses, ReadRequest));
    }

    private StoreResult ReadResult(TokenReader reader)
    {
        string kind = reader.Next();
        return kind switch
        {
            "put" => new StoreResult.Put(),
            "deleted" => new StoreResult.Deleted(reader.NextNumber()),
            "found" => new StoreResult.Found(ReadEach(reader, null, reader.NextNumber(), KeyRecord.Read)),
            "succeeded" or "failed" => new StoreResult.Transacted(
                kind == "succeeded", ReadEach(reader, null, reader.NextNumber(), ReadResult)),
            "moved" => new StoreResult.Moved(),
            "leased" => new StoreResult.Leased(),
            _ => throw new FormatException($"'{kind}' is no answer of a store."),
        };
    }

    private static List<T> ReadEach<T>(TokenReader reader, string? word, long count, Func<TokenReader, T> read)
    {
        List<T> items = [];
        for (long i = 0; i < count; i++)
        {
            if (word is not null)
            {
                reader.Take(word);
            }

            items.Add(read(reader));
        }

        return items;
    }
}
