namespace Coordination.StateMachine;

/// <summary>A key's place in <see cref="KeyTree"/>, or none.</summary>
internal readonly ref struct KeySlot(KeyTreeLeaf? leaf, int place)
{
    /// <summary>The newest version of the key, which may be a tombstone; null when the index does not know the key.</summary>
    public KeyVersion? Newest => leaf?.Versions[place];

    /// <summary>
    /// Puts <paramref name="version"/> in front of the key's others where they are, for all who share the leaf. False when the key does not
    /// exist before and after: then counts change, and the leaf may not.
    /// </summary>
    public bool TryLink(KeyVersion version)
    {
        if (version.IsTombstone || Newest is not { IsTombstone: false })
        {
            return false;
        }

        leaf!.Link(place, version);
        return true;
    }
}
