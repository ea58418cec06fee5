using System.Diagnostics.Metrics;
using Coordination.Client;
using Coordination.Client.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts a <see cref="CoordinationClient"/> into a host.</summary>
public static class CoordinationServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="CoordinationClient"/> for the process, with settings from configuration. The host does not start with
    /// settings that make no sense. The client is made when it is first asked for, connects when it is first used, and logs, counts and
    /// tells the time by the host's <see cref="ILoggerFactory"/>, <see cref="IMeterFactory"/> and <see cref="TimeProvider"/>, if it has
    /// them. It is disposed with the host, asynchronously.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The section with the properties of <see cref="CoordinationSettings"/>; read once.</param>
    /// <returns>The settings, for more to be said about them.</returns>
    /// <example><code>
    /// builder.Services.AddCoordination(builder.Configuration.GetSection("Coordination"));
    /// builder.Services.AddHealthChecks().AddCoordination();
    /// </code></example>
    public static OptionsBuilder<CoordinationSettings> AddCoordination(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services).Bind(configuration);
    }

    /// <summary>Registers one <see cref="CoordinationClient"/> for the process, with settings from code.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Fills the settings.</param>
    /// <returns>The settings, for more to be said about them.</returns>
    public static OptionsBuilder<CoordinationSettings> AddCoordination(
        this IServiceCollection services, Action<CoordinationSettings> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services).Configure(configure);
    }

    private static OptionsBuilder<CoordinationSettings> Add(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CoordinationSettings>, CoordinationSettingsValidator>());
        services.TryAddSingleton(CreateClient);
        return services.AddOptions<CoordinationSettings>().ValidateOnStart();
    }

    private static CoordinationClient CreateClient(IServiceProvider services)
    {
        var options = ClientOptionsFactory.Create(services.GetRequiredService<IOptions<CoordinationSettings>>().Value);
        options.LoggerFactory ??= services.GetService<ILoggerFactory>();
        options.MeterFactory ??= services.GetService<IMeterFactory>();
        if (ReferenceEquals(options.TimeProvider, TimeProvider.System) && services.GetService<TimeProvider>() is { } time)
        {
            options.TimeProvider = time;
        }

        return new CoordinationClient(options);
    }
}
