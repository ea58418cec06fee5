namespace Coordination.Server;

/// <summary>Answers in plain text, those of Go's HTTP server among them, since clients and their tests compare them.</summary>
internal static class PlainText
{
    public static Task WriteAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>
    /// Gives answers without a body the body that Go gives them: those of no endpoint, and of one that allows other methods.
    /// </summary>
    public static async Task ExplainRefusalsAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        bool isRefusal = context.Response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed;
        if (isRefusal && !context.Response.HasStarted)
        {
            bool isUnknown = context.Response.StatusCode == StatusCodes.Status404NotFound;
            await WriteAsync(context, isUnknown ? "404 page not found\n" : "Method Not Allowed\n");
        }
    }
}
