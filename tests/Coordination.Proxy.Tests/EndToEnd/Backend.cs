using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Coordination.Proxy.Tests;

/// <summary>An instance of a service: an HTTP server in this process that says its name and what it was asked.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _application;
    private int _requests;

    private Backend(string name, Func<HttpContext, Task>? answer)
    {
        Name = name;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        _application = builder.Build();
        _application.Run(async context =>
        {
            Interlocked.Increment(ref _requests);
            await (answer?.Invoke(context) ?? SayAsync(context, $"{name} {context.Request.Path}"));
        });
    }

    public string Name { get; }

    public int Requests => Volatile.Read(ref _requests);

    public int Port => new Uri(_application.Urls.Single()).Port;

    public static async Task<Backend> StartAsync(string name, Func<HttpContext, Task>? answer = null)
    {
        var backend = new Backend(name, answer);
        await backend._application.StartAsync(TestContext.Current.CancellationToken);
        return backend;
    }

    /// <summary>The instance as it registers.</summary>
    public ServiceInstance Of(string service, params (string Key, string Value)[] metadata) => new()
    {
        Service = service,
        Id = Name,
        Address = "127.0.0.1",
        Port = Port,
        Metadata = metadata.ToDictionary(pair => pair.Key, pair => pair.Value),
    };

    /// <summary>Ends as a process that is killed: what is under way breaks, and nothing listens any more.</summary>
    public Task KillAsync() => _application.StopAsync(new CancellationToken(canceled: true));

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary>Answers in one piece: who is killed has answered, or has not.</summary>
    private static Task SayAsync(HttpContext context, string text)
    {
        var body = System.Text.Encoding.UTF8.GetBytes(text);
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }
}
