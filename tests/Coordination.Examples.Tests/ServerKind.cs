namespace Coordination.Examples.Tests;

/// <summary>The servers that every example has to work with.</summary>
public enum ServerKind
{
    /// <summary>Debian's etcd.</summary>
    Etcd,

    /// <summary>The product: see <see cref="CoordinatorExecutable"/>.</summary>
    Coordinator,
}
