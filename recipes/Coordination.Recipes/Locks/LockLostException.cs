namespace Coordination.Recipes;

/// <summary>
/// What was held, or waited for, is not any more: the lease ended or may have ended, or somebody deleted the key. A write that ends with
/// this was not done.
/// </summary>
public sealed class LockLostException : Exception
{
    internal LockLostException(string message)
        : base(message)
    {
    }
}
