namespace Coordination.Client;

/// <summary>How what a key has is compared with what is expected.</summary>
public enum Comparison
{
    /// <summary>They are the same.</summary>
    Equal = 0,

    /// <summary>The key's is larger.</summary>
    Greater = 1,

    /// <summary>The key's is smaller.</summary>
    Less = 2,

    /// <summary>They differ.</summary>
    NotEqual = 3,
}
