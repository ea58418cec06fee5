using Microsoft.Extensions.Options;

namespace Coordination.Proxy;

/// <summary>Keeps a host from starting with options that make no sense.</summary>
internal sealed class ProxyOptionsValidator : IValidateOptions<CoordinationProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, CoordinationProxyOptions options)
    {
        var errors = options.FindErrors();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
