namespace Coordination.Server;

/// <summary>The sections of the help text, in their order.</summary>
internal enum SettingGroup
{
    /// <summary>The node itself and where it listens.</summary>
    Member,

    /// <summary>The cluster that it belongs to.</summary>
    Clustering,

    /// <summary>What clients may ask of it.</summary>
    Limits,

    /// <summary>How it keeps its data.</summary>
    Storage,

    /// <summary>What it tells about itself.</summary>
    Observability,
}
