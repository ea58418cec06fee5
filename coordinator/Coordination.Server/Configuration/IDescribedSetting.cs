namespace Coordination.Server;

/// <summary>A setting that the help text explains.</summary>
internal interface IDescribedSetting
{
    string Name { get; }

    SettingGroup Group { get; }

    /// <summary>The default as a user would write it.</summary>
    string DefaultText { get; }

    /// <summary>What the setting does, in one sentence or two.</summary>
    string Help { get; }
}
