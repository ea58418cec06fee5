using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Coordination.Server;

/// <summary>Chooses the way of each request: a method of the <see cref="UnaryCatalog"/>, or the application behind.</summary>
internal sealed class UnaryApplication<TContext>(IHttpApplication<TContext> behind, UnaryCatalog catalog)
    : IHttpApplication<UnaryApplication<TContext>.Context>
    where TContext : notnull
{
    public Context CreateContext(IFeatureCollection contextFeatures) =>
        catalog.Find(contextFeatures) is { } method
            ? new Context(contextFeatures, method, default)
            : new Context(contextFeatures, null, behind.CreateContext(contextFeatures));

    public Task ProcessRequestAsync(Context context) =>
        context.IsUnary ? context.Method.InvokeAsync(context.Features) : behind.ProcessRequestAsync(context.Behind);

    public void DisposeContext(Context context, Exception? exception)
    {
        if (!context.IsUnary)
        {
            behind.DisposeContext(context.Behind, exception);
        }
    }

    /// <summary>A request under way.</summary>
    internal readonly struct Context(IFeatureCollection features, UnaryMethod? method, TContext? behind)
    {
        public IFeatureCollection Features => features;

        public UnaryMethod? Method => method;

        public TContext? Behind => behind;

        [MemberNotNullWhen(true, nameof(Method))]
        [MemberNotNullWhen(false, nameof(Behind))]
        public bool IsUnary => method is not null;
    }
}
