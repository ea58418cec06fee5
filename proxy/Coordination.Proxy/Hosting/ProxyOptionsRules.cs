namespace Coordination.Proxy;

/// <summary>What options have to keep to.</summary>
internal static class ProxyOptionsRules
{
    public static IReadOnlyList<string> FindErrors(CoordinationProxyOptions options)
    {
        List<string> errors = [];
        if (options.Coordinators.Count == 0)
        {
            errors.Add($"{nameof(options.Coordinators)} is empty: name at least one server.");
        }
        else
        {
            // The client names its own endpoints "Endpoints"; here they are the coordinators.
            errors.AddRange(StoreClient.OptionsOf(options, loggers: null, meters: null).FindErrors()
                .Select(error => error.Replace(
                    nameof(CoordinationClientOptions.Endpoints), nameof(options.Coordinators), StringComparison.Ordinal)));
        }

        if (options.RegistryPrefix.Length == 0)
        {
            errors.Add($"{nameof(options.RegistryPrefix)} is empty: every key of the store would be an instance.");
        }

        if (options.StateFile is { Length: > 0 } file && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder
            && !Directory.Exists(folder))
        {
            errors.Add($"{nameof(options.StateFile)} is '{file}', whose folder does not exist.");
        }

        if (options.StartupWait < TimeSpan.Zero)
        {
            errors.Add($"{nameof(options.StartupWait)} is {options.StartupWait}: it cannot be below zero.");
        }

        return errors;
    }
}
