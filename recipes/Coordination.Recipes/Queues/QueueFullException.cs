namespace Coordination.Recipes;

/// <summary>The queue has as many messages as it can have. Nothing was enqueued.</summary>
public sealed class QueueFullException : Exception
{
    internal QueueFullException(int lengthMax)
        : base($"The queue has {lengthMax} messages that nobody has acknowledged.")
    {
    }
}
