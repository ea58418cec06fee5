namespace Coordination.Linearizability;

/// <summary>Something asked of an etcd-like store.</summary>
public abstract record StoreRequest
{
    /// <summary>Sets a key.</summary>
    public sealed record Put(string Key, string Value, long Lease = 0) : StoreRequest
    {
        /// <inheritdoc/>
        public override string ToString() =>
            $"put {Token.Escape(Key)} {Token.Escape(Value)}{(Lease == 0 ? string.Empty : $" lease {Lease}")}";
    }

    /// <summary>Deletes keys; without any it changes nothing and takes no revision.</summary>
    public sealed record Delete(KeyRange Range) : StoreRequest
    {
        /// <inheritdoc/>
        public override string ToString() => $"delete {Range}";
    }

    /// <summary>Reads all keys of a range, in order and without a limit.</summary>
    /// <param name="Range">Which.</param>
    /// <param name="IsSerializable">Read from the member that was asked, as far as it got.</param>
    /// <param name="AtRevision">The past to read; 0 for now.</param>
    public sealed record Read(KeyRange Range, bool IsSerializable = false, long AtRevision = 0) : StoreRequest
    {
        /// <inheritdoc/>
        public override string ToString() =>
            $"read {Range}{(AtRevision == 0 ? string.Empty : $" at {AtRevision}")}{(IsSerializable ? " serializable" : string.Empty)}";
    }

    /// <summary>Compares, then does one list or the other, at one revision.</summary>
    public sealed record Transaction(IReadOnlyList<Comparison> If, IReadOnlyList<StoreRequest> Then, IReadOnlyList<StoreRequest> Else)
        : StoreRequest
    {
        /// <inheritdoc/>
        public bool Equals(Transaction? other) =>
            other is not null && If.SequenceEqual(other.If) && Then.SequenceEqual(other.Then) && Else.SequenceEqual(other.Else);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(If.Count, Then.Count, Else.Count);

        /// <inheritdoc/>
        public override string ToString() =>
            $"txn {If.Count} {Then.Count} {Else.Count}" + string.Concat(If.Select(comparison => $" if {comparison}"))
            + string.Concat(Then.Select(request => $" then {request}")) + string.Concat(Else.Select(request => $" else {request}"));
    }

    /// <summary>Makes a lease.</summary>
    public sealed record Grant(long Lease, long TtlSeconds) : StoreRequest
    {
        /// <inheritdoc/>
        public override string ToString() => $"grant {Lease} {TtlSeconds}";
    }

    /// <summary>
    /// Gives the keys of a range to another store, at a revision of its own, without an event. Nobody but who makes the other store asks
    /// for it; without keys it takes no revision.
    /// </summary>
    public sealed record Move(KeyRange Range) : StoreRequest
    {
        /// <inheritdoc/>
        public override string ToString() => $"move {Range}";
    }

    /// <summary>Ends a lease and deletes its keys.</summary>
    public sealed record Revoke(long Lease) : StoreRequest
    {
        /// <inheritdoc/>
        public override string ToString() => $"revoke {Lease}";
    }
}
