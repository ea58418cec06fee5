using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// The watched ranges, to find those that a key lies in. A search tree by start, then end, in which every node knows the furthest end below
/// it, so that a search passes over what ends before the key; kept balanced by random priorities (a treap, Seidel and Aragon 1996). Belongs
/// to the hub's turn.
/// </summary>
internal sealed class RangeTree
{
    private Node? _root;
    private uint _random = 2463534242;

    /// <summary>The node of a range, which is added if need be.</summary>
    public WatchedRange FindOrAdd(KeyRange range)
    {
        var node = _root;
        while (node is not null)
        {
            int order = Compare(range, node.Watched.Range);
            if (order == 0)
            {
                return node.Watched;
            }

            node = order < 0 ? node.Left : node.Right;
        }

        var added = new Node(new WatchedRange(range), NextRandom());
        _root = Insert(_root, added);
        return added.Watched;
    }

    public void Remove(KeyRange range) => _root = Remove(_root, range);

    /// <summary>Whether any range contains the key.</summary>
    public bool Covers(ReadOnlySpan<byte> key) => Covers(_root, key);

    /// <inheritdoc cref="WatcherIndex.Touch"/>
    public void Touch(ReadOnlySpan<byte> key, int happened, List<WatchedRange> touched) => Touch(_root, key, happened, touched);

    private static bool Covers(Node? node, ReadOnlySpan<byte> key)
    {
        while (node is not null && node.ReachesBeyond(key))
        {
            if (Covers(node.Left, key))
            {
                return true;
            }

            if (key.SequenceCompareTo(node.Watched.Range.Start) < 0)
            {
                return false;
            }

            if (node.Watched.Range.Contains(key))
            {
                return true;
            }

            node = node.Right;
        }

        return false;
    }

    private static void Touch(Node? node, ReadOnlySpan<byte> key, int happened, List<WatchedRange> touched)
    {
        while (node is not null && node.ReachesBeyond(key))
        {
            Touch(node.Left, key, happened, touched);
            if (key.SequenceCompareTo(node.Watched.Range.Start) < 0)
            {
                return;
            }

            if (node.Watched.Range.Contains(key))
            {
                if (node.Watched.Touched.Count == 0)
                {
                    touched.Add(node.Watched);
                }

                node.Watched.Touched.Add(happened);
            }

            node = node.Right;
        }
    }

    private static Node Insert(Node? node, Node added)
    {
        if (node is null)
        {
            return added;
        }

        if (Compare(added.Watched.Range, node.Watched.Range) < 0)
        {
            node.Left = Insert(node.Left, added);
            node = node.Left.Priority > node.Priority ? RotateRight(node, node.Left) : node;
        }
        else
        {
            node.Right = Insert(node.Right, added);
            node = node.Right.Priority > node.Priority ? RotateLeft(node, node.Right) : node;
        }

        node.Update();
        return node;
    }

    private static Node? Remove(Node? node, KeyRange range)
    {
        if (node is null)
        {
            return null;
        }

        int order = Compare(range, node.Watched.Range);
        if (order == 0)
        {
            return Merge(node.Left, node.Right);
        }

        if (order < 0)
        {
            node.Left = Remove(node.Left, range);
        }
        else
        {
            node.Right = Remove(node.Right, range);
        }

        node.Update();
        return node;
    }

    private static Node? Merge(Node? left, Node? right)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        if (left.Priority > right.Priority)
        {
            left.Right = Merge(left.Right, right);
            left.Update();
            return left;
        }

        right.Left = Merge(left, right.Left);
        right.Update();
        return right;
    }

    private static Node RotateRight(Node node, Node top)
    {
        node.Left = top.Right;
        top.Right = node;
        node.Update();
        return top;
    }

    private static Node RotateLeft(Node node, Node top)
    {
        node.Right = top.Left;
        top.Left = node;
        node.Update();
        return top;
    }

    private static int Compare(KeyRange left, KeyRange right)
    {
        int order = left.Start.AsSpan().SequenceCompareTo(right.Start);
        return order != 0 ? order : CompareEnds(left.End, right.End);
    }

    /// <summary>No end lies behind every end.</summary>
    private static int CompareEnds(byte[]? left, byte[]? right) =>
        left is null || right is null
            ? (left is null ? 1 : 0) - (right is null ? 1 : 0)
            : left.AsSpan().SequenceCompareTo(right);

    /// <summary>Marsaglia's xorshift: any sequence that nobody arranges watches by will do.</summary>
    private uint NextRandom()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return _random;
    }

    private sealed class Node(WatchedRange watched, uint priority)
    {
        private byte[]? _furthestEnd = watched.Range.End;

        public WatchedRange Watched { get; } = watched;

        public uint Priority { get; } = priority;

        public Node? Left { get; set; }

        public Node? Right { get; set; }

        /// <summary>Whether a range of the subtree ends behind the key.</summary>
        public bool ReachesBeyond(ReadOnlySpan<byte> key) => _furthestEnd is null || key.SequenceCompareTo(_furthestEnd) < 0;

        public void Update() => _furthestEnd = Further(Further(Watched.Range.End, Left), Right);

        private static byte[]? Further(byte[]? end, Node? child) =>
            child is null || CompareEnds(end, child._furthestEnd) >= 0 ? end : child._furthestEnd;
    }
}
