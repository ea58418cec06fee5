using Coordination.Protocol.V1;
using Grpc.AspNetCore.Server.Model;

namespace Coordination.Server;

/// <summary>The Queues service's methods by their names in the protocol, and their routes.</summary>
internal sealed class QueueMethods(QueueService service, CallSetup calls) : IServiceMethodProvider<QueueService>
{
    private const string Queue = HttpRoutes.Prefix + "/queues/{name}";
    private const string Claim = Queue + "/claims/{claim_id}";
    private const string Letters = Queue + "/dead-letters";

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<QueueService> context)
    {
        var methods = new MethodBinder<QueueService>(Queues.Descriptor, context, calls);
        methods.Unary(
            "Enqueue", EnqueueRequest.Parser, EnqueueResponse.Parser, service.EnqueueAsync, HttpRoute.Post(Queue + "/messages"));
        methods.Wait("Claim", ClaimRequest.Parser, ClaimResponse.Parser, service.ClaimAsync, HttpRoute.Post(Queue + "/claims"));
        methods.Unary(
            "Acknowledge", AcknowledgeRequest.Parser, AcknowledgeResponse.Parser, service.AcknowledgeAsync, HttpRoute.Delete(Claim));
        methods.Unary("Release", ReleaseRequest.Parser, ReleaseResponse.Parser, service.ReleaseAsync, HttpRoute.Post(Claim + "/release"));
        methods.Unary("Extend", ExtendRequest.Parser, ExtendResponse.Parser, service.ExtendAsync, HttpRoute.Post(Claim + "/extend"));
        methods.Unary("GiveUp", GiveUpRequest.Parser, GiveUpResponse.Parser, service.GiveUpAsync, HttpRoute.Post(Claim + "/give-up"));
        methods.Unary("Count", CountRequest.Parser, CountResponse.Parser, service.CountAsync, HttpRoute.Get(Queue));
        methods.Unary(
            "ListDeadLetters", ListDeadLettersRequest.Parser, ListDeadLettersResponse.Parser, service.ListDeadLettersAsync,
            HttpRoute.Get(Letters));
        methods.Unary(
            "Requeue", RequeueRequest.Parser, RequeueResponse.Parser, service.RequeueAsync,
            HttpRoute.Post(Letters + "/{sequence}/requeue"));
    }
}
