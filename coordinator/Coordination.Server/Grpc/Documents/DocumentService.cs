using Coordination.Client;
using Coordination.Protocol.V1;
using Coordination.Recipes;
using Google.Protobuf.Collections;
using Grpc.Core;
using Proto = Coordination.Protocol.V1;

namespace Coordination.Server;

/// <summary>
/// The service <c>coordination.v1.Configuration</c>: <see cref="ConfigurationDocument"/> for clients without the library. From any thread.
/// </summary>
internal sealed class DocumentService(CoordinationClient client)
{
    /// <summary>What the names of documents have in front of them in the store.</summary>
    public const string Prefix = "config/";

    public async ValueTask<PutDocumentResponse> PutAsync(PutDocumentRequest request)
    {
        var document = DocumentOf(request.Name);
        if (request.ContentCase == PutDocumentRequest.ContentOneofCase.None)
        {
            throw RequestField.Refuse("text", "is missing, and body too");
        }

        var content = Content.Read(request.Text, request.Body);
        long version = await RecipeErrors.RunAsync(() => request.HasExpectedVersion
            ? document.ReplaceAsync(content, request.ExpectedVersion)
            : document.PublishAsync(content)).ConfigureAwait(false);
        return new PutDocumentResponse { Version = version };
    }

    public async ValueTask<DocumentVersion> GetAsync(GetDocumentRequest request)
    {
        var document = DocumentOf(request.Name);
        var found = await RecipeErrors.RunAsync(() => document.FindAsync(request.Labels.ToDictionary())).ConfigureAwait(false);
        return found is not null ? ToMessage(found) : throw new RpcException(RecipeErrors.NothingPublished);
    }

    public async ValueTask<GetHistoryResponse> GetHistoryAsync(GetHistoryRequest request)
    {
        var document = DocumentOf(request.Name);
        return await RecipeErrors.RunAsync(async () =>
        {
            // The state first: what it says is in force is among the versions then, or a newer one that nobody has been told of.
            var state = await document.GetStateAsync(CancellationToken.None).ConfigureAwait(false);
            var versions = await document.GetHistoryAsync().ConfigureAwait(false);
            return new GetHistoryResponse
            {
                Current = state.Current,
                Gray = state.Gray is { } gray ? ToMessage(gray) : null,
                Versions = { versions.Select(ToMessage) },
            };
        }).ConfigureAwait(false);
    }

    public async ValueTask<RollbackResponse> RollbackAsync(RollbackRequest request)
    {
        var document = DocumentOf(request.Name);
        if (request.Version <= 0)
        {
            throw RequestField.Refuse("version", "is not above 0");
        }

        try
        {
            long version = await RecipeErrors.RunAsync(() => document.RollBackAsync(request.Version)).ConfigureAwait(false);
            return new RollbackResponse { Version = version };
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new RpcException(RecipeErrors.NoVersion);
        }
    }

    public async ValueTask<SetGrayReleaseResponse> SetGrayReleaseAsync(SetGrayReleaseRequest request)
    {
        var document = DocumentOf(request.Name);
        if (request.ContentCase == SetGrayReleaseRequest.ContentOneofCase.None)
        {
            throw RequestField.Refuse("text", "is missing, and body too");
        }

        var labels = ReadLabels(request.Labels);
        var content = Content.Read(request.Text, request.Body);
        long version = await RecipeErrors.RunAsync(() => document.TryOutAsync(content, labels)).ConfigureAwait(false);
        return new SetGrayReleaseResponse { Version = version };
    }

    public async ValueTask<PromoteGrayReleaseResponse> PromoteGrayReleaseAsync(PromoteGrayReleaseRequest request)
    {
        var document = DocumentOf(request.Name);
        try
        {
            long version = await RecipeErrors.RunAsync(() => document.PromoteAsync()).ConfigureAwait(false);
            return new PromoteGrayReleaseResponse { Version = version };
        }
        catch (InvalidOperationException)
        {
            throw new RpcException(RecipeErrors.NoGrayRelease);
        }
    }

    public async ValueTask<ClearGrayReleaseResponse> ClearGrayReleaseAsync(ClearGrayReleaseRequest request)
    {
        var document = DocumentOf(request.Name);
        long version = await RecipeErrors.RunAsync(() => document.WithdrawAsync()).ConfigureAwait(false);
        return new ClearGrayReleaseResponse { Version = version };
    }

    /// <summary>Shows what an instance is to use, and whatever it is to use instead, until the caller leaves.</summary>
    public Task WatchAsync(GetDocumentRequest request, IServerStreamWriter<DocumentVersion> responses, CancellationToken cancellationToken)
    {
        var document = DocumentOf(request.Name);
        return RecipeErrors.RunAsync(async () =>
        {
            var labels = request.Labels.ToDictionary();
            await foreach (var version in document.WatchAsync(labels, cancellationToken).ConfigureAwait(false))
            {
                await responses.WriteAsync(ToMessage(version), cancellationToken).ConfigureAwait(false);
            }

            return true;
        });
    }

    private static Dictionary<string, IReadOnlyList<string>> ReadLabels(MapField<string, LabelValues> labels)
    {
        if (labels.Count == 0)
        {
            throw RequestField.Refuse("labels", "is missing: everybody would see the version");
        }

        return labels.ToDictionary(
            static label => label.Key,
            static label => label.Value.Values.Count > 0
                ? (IReadOnlyList<string>)[.. label.Value.Values]
                : throw RequestField.Refuse("labels", $"{label.Key} has no values: nobody would see the version"));
    }

    private static DocumentVersion ToMessage(ConfigurationVersion version)
    {
        var message = new DocumentVersion { Version = version.Number };
        Content.Write(version.Content, text => message.Text = text, body => message.Body = body);
        return message;
    }

    private static Proto.GrayRelease ToMessage(Coordination.Recipes.GrayRelease gray) => new()
    {
        Version = gray.Version,
        Labels = { gray.Labels.ToDictionary(static label => label.Key, static label => new LabelValues { Values = { label.Value } }) },
    };

    private ConfigurationDocument DocumentOf(string name) => new(client.Root, Prefix + RequestField.Name(name, "name"));
}
