using Grpc.Core;

namespace Coordination.Server.Tests;

/// <summary>A gRPC service with one method, of bytes to the same bytes.</summary>
[BindServiceMethod(typeof(EchoService), nameof(BindService))]
public class EchoService
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static message => message, static message => message);

    public static Method<byte[], byte[]> EchoMethod { get; } = new(MethodType.Unary, "test.Echo", nameof(Echo), Bytes, Bytes);

    public static void BindService(ServiceBinderBase binder, EchoService? service)
    {
        ArgumentNullException.ThrowIfNull(binder);
        UnaryServerMethod<byte[], byte[]>? method = service is null ? null : service.Echo;
        binder.AddMethod(EchoMethod, method);
    }

    public virtual Task<byte[]> Echo(byte[] request, ServerCallContext context) => Task.FromResult(request);
}
