namespace Coordination.Recipes.Tests;

/// <summary>The servers that every recipe has to work with.</summary>
public enum ServerKind
{
    /// <summary>Debian's etcd.</summary>
    Etcd,

    /// <summary>The product: see <see cref="CoordinatorExecutable"/>.</summary>
    Coordinator,
}
