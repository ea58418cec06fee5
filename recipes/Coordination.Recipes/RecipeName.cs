namespace Coordination.Recipes;

/// <summary>Names of recipes' keys.</summary>
internal static class RecipeName
{
    /// <summary>What the keys of a recipe of that name begin with.</summary>
    public static Key Prefix(Key name) => name.IsEmpty
        ? throw new ArgumentException("A recipe needs a name.", nameof(name))
        : name.Append("/");
}
