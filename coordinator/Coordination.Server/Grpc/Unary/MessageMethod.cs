using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Coordination.Server;

/// <summary>A method of plain messages on its short way, behind the same <see cref="CallBoundary"/> as on the long one.</summary>
internal sealed class MessageMethod<TRequest, TResponse>(
    MethodBinding binding,
    MessageParser<TRequest> parser,
    Func<TRequest, ValueTask<TResponse>> method,
    CallBoundary boundary,
    int requestBytesMax)
    : UnaryMethod(binding.FullName)
    where TRequest : class, IMessage<TRequest>, IBufferMessage
    where TResponse : class, IMessage<TResponse>, IBufferMessage
{
    public override async Task InvokeAsync(IFeatureCollection features)
    {
        try
        {
            var body = features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
            var request = await UnaryCall.ReadAsync(body, parser, requestBytesMax).ConfigureAwait(false);
            var headers = features.GetRequiredFeature<IHttpRequestFeature>().Headers;
            var response = await boundary.UnaryAsync(binding, method, request, headers).ConfigureAwait(false);
            UnaryCall.Write(features, response);
        }
        catch (RpcException refusal)
        {
            UnaryCall.Refuse(features, refusal.Status);
        }
        catch (Exception left) when (left is IOException or OperationCanceledException)
        {
            // The client is gone, or has taken the call back: there is nobody to answer.
        }
    }
}
