namespace Coordination.Recipes;

/// <summary>Names of recipes' keys.</summary>
internal static class RecipeName
{
    /// <summary>What the keys of a recipe of that name begin with.</summary>
    public static Key Prefix(Key name) => name.IsEmpty
        ? throw new ArgumentException("A recipe needs a name.", nameof(name))
        : name.Append("/");

    /// <summary>The keys around those of a part: everything up to the slash before its last name.</summary>
    public static Key Parent(Key part) => part.Bytes[..(part.Bytes.Span[..^1].LastIndexOf((byte)'/') + 1)];
}
