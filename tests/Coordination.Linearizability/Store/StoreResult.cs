namespace Coordination.Linearizability;

/// <summary>What a store says of a request, without the revision.</summary>
public abstract record StoreResult
{
    /// <summary>True when a key was changed, as far as the result tells.</summary>
    public abstract bool IsChange { get; }

    /// <summary>All records of keys that it tells.</summary>
    public virtual IEnumerable<KeyRecord> Records => [];

    /// <summary>A put is done.</summary>
    public sealed record Put : StoreResult
    {
        /// <inheritdoc/>
        public override bool IsChange => true;

        /// <inheritdoc/>
        public override string ToString() => "put";
    }

    /// <summary>Keys are deleted.</summary>
    public sealed record Deleted(long Count) : StoreResult
    {
        /// <inheritdoc/>
        public override bool IsChange => Count > 0;

        /// <inheritdoc/>
        public override string ToString() => $"deleted {Count}";
    }

    /// <summary>Keys were found.</summary>
    public sealed record Found(IReadOnlyList<KeyRecord> Keys) : StoreResult
    {
        /// <inheritdoc/>
        public override bool IsChange => false;

        /// <inheritdoc/>
        public override IEnumerable<KeyRecord> Records => Keys;

        /// <inheritdoc/>
        public bool Equals(Found? other) => other is not null && Keys.SequenceEqual(other.Keys);

        /// <inheritdoc/>
        public override int GetHashCode() => Keys.Count;

        /// <inheritdoc/>
        public override string ToString() => $"found {Keys.Count}{string.Concat(Keys.Select(record => $" {record}"))}";
    }

    /// <summary>A transaction is done.</summary>
    public sealed record Transacted(bool Succeeded, IReadOnlyList<StoreResult> Results) : StoreResult
    {
        /// <inheritdoc/>
        public override bool IsChange => Results.Any(result => result.IsChange);

        /// <inheritdoc/>
        public override IEnumerable<KeyRecord> Records => Results.SelectMany(result => result.Records);

        /// <inheritdoc/>
        public bool Equals(Transacted? other) =>
            other is not null && Succeeded == other.Succeeded && Results.SequenceEqual(other.Results);

        /// <inheritdoc/>
        public override int GetHashCode() => Results.Count;

        /// <inheritdoc/>
        public override string ToString() =>
            $"{(Succeeded ? "succeeded" : "failed")} {Results.Count}{string.Concat(Results.Select(result => $" {result}"))}";
    }

    /// <summary>Keys are another store's.</summary>
    public sealed record Moved : StoreResult
    {
        /// <inheritdoc/>
        public override bool IsChange => true;

        /// <inheritdoc/>
        public override string ToString() => "moved";
    }

    /// <summary>A lease is granted or revoked. Whether a revocation deleted keys it does not tell.</summary>
    public sealed record Leased : StoreResult
    {
        /// <inheritdoc/>
        public override bool IsChange => false;

        /// <inheritdoc/>
        public override string ToString() => "leased";
    }
}

/// <summary>An answer of a store.</summary>
/// <param name="Revision">The revision in its header.</param>
/// <param name="Result">The rest.</param>
public sealed record StoreAnswer(long Revision, StoreResult Result)
{
    /// <inheritdoc/>
    public override string ToString() => $"@{Revision} {Result}";
}
