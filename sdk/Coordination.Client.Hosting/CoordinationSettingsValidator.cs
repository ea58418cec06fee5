using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Coordination.Client.Hosting;

/// <summary>Refuses settings of which no client can be made, with everything that is wrong with them.</summary>
internal sealed class CoordinationSettingsValidator : IValidateOptions<CoordinationSettings>
{
    public ValidateOptionsResult Validate(string? name, CoordinationSettings options)
    {
        List<string> errors = [];
        try
        {
            errors.AddRange(ClientOptionsFactory.Create(options).FindErrors());
        }
        catch (Exception unreadable) when (unreadable is IOException or CryptographicException or UnauthorizedAccessException)
        {
            errors.Add($"{nameof(CoordinationSettings.Tls)}: {unreadable.Message}");
        }

        if (options.Tls is { KeyFile: not null, CertificateFile: null })
        {
            errors.Add($"{nameof(CoordinationSettings.Tls)}: a key without a certificate.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
