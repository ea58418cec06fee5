namespace Coordination.Linearizability;

/// <summary>
/// A key as etcd shows it. Keys and values are text; a client that has bytes turns each into the character of its number, so that the order
/// stays the same.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="CreateRevision">The revision of the put that made the key exist.</param>
/// <param name="ModRevision">The revision of the last put.</param>
/// <param name="Version">Puts since it exists.</param>
/// <param name="Lease">The lease that it is attached to; 0 for none.</param>
public sealed record KeyRecord(string Key, string Value, long CreateRevision, long ModRevision, long Version, long Lease = 0)
{
    /// <summary><c>key=value#create.mod.version.lease</c>.</summary>
    public override string ToString() =>
        $"{Token.Escape(Key)}={Token.Escape(Value)}#{CreateRevision}.{ModRevision}.{Version}.{Lease}";

    internal static KeyRecord Read(TokenReader reader)
    {
        string token = reader.Next();
        int value = token.IndexOf('=', StringComparison.Ordinal);
        int numbers = token.IndexOf('#', StringComparison.Ordinal);
        long[] parts = numbers < 0 ? [] : [.. token[(numbers + 1)..].Split('.').Select(Token.ToNumber)];
        return value > 0 && value < numbers && parts.Length == 4
            ? new(
                Token.Unescape(token[..value]), Token.Unescape(token[(value + 1)..numbers]), parts[0], parts[1], parts[2], parts[3])
            : throw new FormatException($"'{token}' is no key with its value.");
    }
}

/// <summary>A change of a key: what a watch tells of it.</summary>
/// <param name="Revision">The revision that changed it.</param>
/// <param name="Key">The key.</param>
/// <param name="Record">The key after the change; null when it was deleted.</param>
/// <param name="Previous">The key before the change; null when there was none.</param>
public sealed record StoreEvent(long Revision, string Key, KeyRecord? Record, KeyRecord? Previous)
{
    /// <inheritdoc/>
    public override string ToString() => Record is null ? $"deletion of {Token.Escape(Key)} at {Revision}" : $"put of {Record}";
}
