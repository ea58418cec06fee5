using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Coordination.Server;

/// <summary>
/// Binds methods of plain classes to the protocol's names for them, and to routes of plain HTTP, each behind the
/// <see cref="CallBoundary"/>.
/// </summary>
internal sealed class MethodBinder<TService>(
    ServiceDescriptor descriptor, ServiceMethodProviderContext<TService> context, CallSetup calls)
    where TService : class
{
    private readonly CallBoundary _boundary = calls.Boundary;

    public void Unary<TRequest, TResponse>(
        string name,
        MessageParser<TRequest> request,
        MessageParser<TResponse> response,
        Func<TRequest, ValueTask<TResponse>> method,
        HttpRoute? route = null)
        where TRequest : class, IMessage<TRequest>, IBufferMessage
        where TResponse : class, IMessage<TResponse>, IBufferMessage
    {
        var definition = Define(MethodType.Unary, name, request, response);
        var binding = Bind(definition);
        calls.Catalog.Add(new MessageMethod<TRequest, TResponse>(binding, request, method, _boundary, calls.Options.MessageBytesMax));
        calls.Local.Add(definition.FullName, method);
        context.AddUnaryMethod(definition, [], (_, message, call) => _boundary.UnaryAsync(binding, method, message, call));
        calls.Routes.Add(route, http => JsonCall.AnswerAsync(
            http, request, message => _boundary.UnaryAsync(binding, method, message, http.Request.Headers).AsTask()));
    }

    /// <summary>
    /// A method of one message in and one out that takes as long as it takes: never slow, but told when there is no use in going on.
    /// </summary>
    public void Wait<TRequest, TResponse>(
        string name,
        MessageParser<TRequest> request,
        MessageParser<TResponse> response,
        Func<TRequest, CancellationToken, Task<TResponse>> method,
        HttpRoute? route = null)
        where TRequest : class, IMessage<TRequest>, IBufferMessage
        where TResponse : class, IMessage<TResponse>, IBufferMessage
    {
        var definition = Define(MethodType.Unary, name, request, response);
        var binding = Bind(definition);
        context.AddUnaryMethod(definition, [], (_, message, call) => _boundary.WaitAsync(binding, method, message, call));
        calls.Routes.Add(route, http => JsonCall.AnswerAsync(
            http, request, message => _boundary.WaitAsync(binding, method, message, http.Request.Headers, http.RequestAborted)));
    }

    public void ServerStream<TRequest, TResponse>(
        string name,
        MessageParser<TRequest> request,
        MessageParser<TResponse> response,
        Func<TRequest, IServerStreamWriter<TResponse>, CancellationToken, Task> method,
        HttpRoute? route = null)
        where TRequest : class, IMessage<TRequest>, IBufferMessage
        where TResponse : class, IMessage<TResponse>, IBufferMessage
    {
        var definition = Define(MethodType.ServerStreaming, name, request, response);
        var binding = Bind(definition);
        context.AddServerStreamingMethod(
            definition, [], (_, message, writer, call) => _boundary.StreamAsync(binding, Serve(message, writer), call));
        calls.Routes.Add(route, http => JsonCall.StreamAsync<TRequest, TResponse>(
            http, request,
            (message, writer) => _boundary.StreamAsync(binding, Serve(message, writer), http.Request.Headers, http.RequestAborted)));

        Func<CancellationToken, Task> Serve(TRequest message, IServerStreamWriter<TResponse> writer)
        {
            binding.Counters.OnReceived();
            var counted = new CountedWriter<TResponse>(writer, binding.Counters);
            return ended => method(message, counted, ended);
        }
    }

    public void Duplex<TRequest, TResponse>(
        string name,
        MessageParser<TRequest> request,
        MessageParser<TResponse> response,
        LocalStreamMethod<TRequest, TResponse> method)
        where TRequest : class, IMessage<TRequest>, IBufferMessage
        where TResponse : class, IMessage<TResponse>, IBufferMessage
    {
        var definition = Define(MethodType.DuplexStreaming, name, request, response);
        var binding = Bind(definition);
        calls.Local.AddStream(definition.FullName, method);
        context.AddDuplexStreamingMethod(definition, [], (_, reader, writer, call) =>
        {
            var countedReader = new CountedReader<TRequest>(reader, binding.Counters);
            var countedWriter = new CountedWriter<TResponse>(writer, binding.Counters);
            return _boundary.StreamAsync(binding, ended => method(countedReader, countedWriter, ended), call);
        });
    }

    private Method<TRequest, TResponse> Define<TRequest, TResponse>(
        MethodType type, string name, MessageParser<TRequest> request, MessageParser<TResponse> response)
        where TRequest : class, IMessage<TRequest>, IBufferMessage
        where TResponse : class, IMessage<TResponse>, IBufferMessage =>
        new(type, descriptor.FullName, name, EtcdMarshaller.Of(request), EtcdMarshaller.Of(response));

    private MethodBinding Bind(IMethod definition) => new(definition.FullName, calls.Metrics.Add(definition));
}
