using System.Runtime.CompilerServices;

namespace Coordination.StateMachine;

/// <summary>Walks the keys of a range in order, tombstones included. Allocates nothing.</summary>
internal ref struct KeyTreeCursor
{
    private readonly byte[]? _end;
    private Path _path;
    private int _depth;
    private KeyTreeLeaf? _leaf;
    private int _place;

    public KeyTreeCursor(KeyTreeNode root, KeyRange range)
    {
        _end = range.End;
        if (range.IsEmpty)
        {
            return;
        }

        var node = root;
        while (node is KeyTreeBranch branch)
        {
            int child = branch.ChildOf(range.Start);
            Push(branch, child);
            node = branch.Children[child];
        }

        _leaf = (KeyTreeLeaf)node;
        _place = _leaf.LowerBound(range.Start) - 1;
    }

    /// <summary>The key that the cursor stands on, by its newest version, which may be newer than the snapshot.</summary>
    public readonly KeyVersion Current => _leaf!.Versions[_place];

    /// <summary>Goes to the next key; false at the end of the range.</summary>
    public bool MoveNext()
    {
        if (_leaf is null)
        {
            return false;
        }

        _place++;
        while (_place >= _leaf.Count)
        {
            if (!TryNextLeaf())
            {
                _leaf = null;
                return false;
            }
        }

        if (_end is not null && Current.Key.AsSpan().SequenceCompareTo(_end) >= 0)
        {
            _leaf = null;
            return false;
        }

        return true;
    }

    private bool TryNextLeaf()
    {
        while (_depth > 0)
        {
            ref var step = ref _path[_depth - 1];
            step.Child++;
            if (step.Child >= step.Branch.Count)
            {
                _depth--;
                continue;
            }

            var node = step.Branch.Children[step.Child];
            while (node is KeyTreeBranch branch)
            {
                Push(branch, 0);
                node = branch.Children[0];
            }

            _leaf = (KeyTreeLeaf)node;
            _place = 0;
            return true;
        }

        return false;
    }

    private void Push(KeyTreeBranch branch, int child)
    {
        Invariant.Check(_depth < Path.Length, $"The index is deeper than {Path.Length} levels.");
        _path[_depth] = new Step { Branch = branch, Child = child };
        _depth++;
    }

    private struct Step
    {
        public KeyTreeBranch Branch;
        public int Child;
    }

    /// <summary>Deep enough for far more keys than memory holds: even quarter-full nodes make 8 to the power of the depth.</summary>
    [InlineArray(Length)]
    private struct Path
    {
        public const int Length = 20;
        private Step _first;
    }
}
