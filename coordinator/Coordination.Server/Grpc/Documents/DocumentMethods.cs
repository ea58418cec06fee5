using Coordination.Protocol.V1;
using Grpc.AspNetCore.Server.Model;

namespace Coordination.Server;

/// <summary>The Configuration service's methods by their names in the protocol, and their routes.</summary>
internal sealed class DocumentMethods(DocumentService service, CallSetup calls) : IServiceMethodProvider<DocumentService>
{
    private const string Document = HttpRoutes.Prefix + "/config/{name}";
    private const string Gray = Document + "/gray";

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<DocumentService> context)
    {
        var methods = new MethodBinder<DocumentService>(Protocol.V1.Configuration.Descriptor, context, calls);
        methods.Unary(
            "PutDocument", PutDocumentRequest.Parser, PutDocumentResponse.Parser, service.PutAsync, HttpRoute.Put(Document));
        methods.Unary("GetDocument", GetDocumentRequest.Parser, DocumentVersion.Parser, service.GetAsync, HttpRoute.Get(Document));
        methods.Unary(
            "GetHistory", GetHistoryRequest.Parser, GetHistoryResponse.Parser, service.GetHistoryAsync,
            HttpRoute.Get(Document + "/history"));
        methods.Unary(
            "Rollback", RollbackRequest.Parser, RollbackResponse.Parser, service.RollbackAsync, HttpRoute.Post(Document + "/rollback"));
        methods.Unary(
            "SetGrayRelease", SetGrayReleaseRequest.Parser, SetGrayReleaseResponse.Parser, service.SetGrayReleaseAsync,
            HttpRoute.Put(Gray));
        methods.Unary(
            "PromoteGrayRelease", PromoteGrayReleaseRequest.Parser, PromoteGrayReleaseResponse.Parser, service.PromoteGrayReleaseAsync,
            HttpRoute.Post(Gray + "/promote"));
        methods.Unary(
            "ClearGrayRelease", ClearGrayReleaseRequest.Parser, ClearGrayReleaseResponse.Parser, service.ClearGrayReleaseAsync,
            HttpRoute.Delete(Gray));
        methods.ServerStream(
            "WatchDocument", GetDocumentRequest.Parser, DocumentVersion.Parser, service.WatchAsync, HttpRoute.Get(Document + "/watch"));
    }
}
