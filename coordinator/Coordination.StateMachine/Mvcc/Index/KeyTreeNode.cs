namespace Coordination.StateMachine;

/// <summary>
/// A node of <see cref="KeyTree"/>. It may be changed only by the writer and only while its epoch is the tree's present one: an older
/// node belongs to a snapshot that readers may hold. <see cref="KeyTreeLeaf.Link"/> is the exception.
/// </summary>
internal abstract class KeyTreeNode(long epoch)
{
    /// <summary>The most keys in a leaf and the most children of a branch: copying a node must stay cheap.</summary>
    public const int Capacity = 32;

    /// <summary>Below this a node is merged with a neighbour, or filled from it.</summary>
    public const int LowWater = Capacity / 4;

    /// <summary>The epoch that made the node.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>How many keys (leaf) or children (branch) there are.</summary>
    public int Count { get; protected set; }

    /// <summary>How many keys below exist, not counting tombstones.</summary>
    public long Live { get; protected set; }
}
