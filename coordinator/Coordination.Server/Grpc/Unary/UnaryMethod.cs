using Microsoft.AspNetCore.Http.Features;

namespace Coordination.Server;

/// <summary>A gRPC method of one message in and one out, on its short way.</summary>
internal abstract class UnaryMethod(string path)
{
    /// <summary>The path of its requests.</summary>
    public string Path => path;

    /// <summary>Carries out one call; does not throw for anything that the call says.</summary>
    public abstract Task InvokeAsync(IFeatureCollection features);
}
