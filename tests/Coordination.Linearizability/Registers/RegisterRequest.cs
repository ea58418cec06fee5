namespace Coordination.Linearizability;

/// <summary>Something asked of one register.</summary>
public abstract record RegisterRequest(string Key)
{
    /// <summary>Sets a value.</summary>
    public sealed record Put(string Key, string Value) : RegisterRequest(Key)
    {
        /// <inheritdoc/>
        public override string ToString() => $"put {Token.Escape(Key)} {Token.Escape(Value)}";
    }

    /// <summary>Reads.</summary>
    public sealed record Get(string Key) : RegisterRequest(Key)
    {
        /// <inheritdoc/>
        public override string ToString() => $"get {Token.Escape(Key)}";
    }

    /// <summary>Removes the value.</summary>
    public sealed record Delete(string Key) : RegisterRequest(Key)
    {
        /// <inheritdoc/>
        public override string ToString() => $"delete {Token.Escape(Key)}";
    }

    /// <summary>Sets a value if the register has the expected one.</summary>
    public sealed record CompareAndSwap(string Key, string Expected, string Value) : RegisterRequest(Key)
    {
        /// <inheritdoc/>
        public override string ToString() => $"cas {Token.Escape(Key)} {Token.Escape(Expected)} {Token.Escape(Value)}";
    }
}

/// <summary>What a register answers.</summary>
public abstract record RegisterAnswer
{
    /// <summary>A put or a deletion is done.</summary>
    public sealed record Done : RegisterAnswer
    {
        /// <inheritdoc/>
        public override string ToString() => "done";
    }

    /// <summary>What a get found; null when the register has no value.</summary>
    public sealed record Found(string? Value) : RegisterAnswer
    {
        /// <inheritdoc/>
        public override string ToString() => Value is null ? "nothing" : $"found {Token.Escape(Value)}";
    }

    /// <summary>Whether a compare-and-swap had what it expected.</summary>
    public sealed record Swapped(bool Succeeded) : RegisterAnswer
    {
        /// <inheritdoc/>
        public override string ToString() => Succeeded ? "swapped" : "different";
    }
}
