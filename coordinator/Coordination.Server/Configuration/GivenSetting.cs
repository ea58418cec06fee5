namespace Coordination.Server;

/// <summary>Where a value comes from.</summary>
internal enum SettingSource
{
    /// <summary>The command line.</summary>
    Flag,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>The configuration file.</summary>
    File,
}

/// <summary>A value as it was given.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Label">What the user wrote it under, such as <c>--name</c> or <c>ETCD_NAME</c>.</param>
/// <param name="Name">The name of the flag that it belongs to.</param>
/// <param name="Text">The value.</param>
internal sealed record GivenSetting(SettingSource Source, string Label, string Name, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Source == SettingSource.File ? $"{Label}: {Text}" : $"{Label}={Text}";
}
