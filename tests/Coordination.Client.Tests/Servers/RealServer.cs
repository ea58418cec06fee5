using Grpc.Net.Client;

namespace Coordination.Client.Tests;

/// <summary>A real server, alone in its cluster, on ports and data that outlive its process.</summary>
public sealed class RealServer : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly ServerCommand _command;
    private readonly LoopbackPorts _ports = LoopbackPorts.Find();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("client-tests-");
    private readonly TlsFiles? _tls;
    private readonly GrpcChannel _channel;
    private ServerProcess? _process;

    private RealServer(ServerCommand command, TlsFiles? tls)
    {
        _command = command;
        _tls = tls;
        _channel = tls is null ? _ports.OpenChannel() : tls.OpenChannel(Url);
    }

    /// <summary>Where clients find it.</summary>
    public string Url => $"{(_tls is null ? "http" : "https")}://{_ports.ClientUrl.Authority}";

    /// <summary>Starts a server that serves when this returns; with TLS when it gets the files for it.</summary>
    public static async Task<RealServer> Start(ServerKind kind, TlsFiles? tls = null)
    {
        var server = new RealServer(await FindCommand(kind), tls);
        await server.Start();
        return server;
    }

    /// <summary>The program of a kind of server.</summary>
    public static async Task<ServerCommand> FindCommand(ServerKind kind) => kind == ServerKind.Etcd
        ? new ServerCommand(await DebianPackage.Require("etcd-server", command: "etcd", TestLimits.Token))
        : new ServerCommand(CoordinatorExecutable.Find());

    /// <summary>Starts the process, on the data of the one before; it serves when this returns.</summary>
    public async Task Start()
    {
        _process = ServerProcess.Start(_command, _ports, _folder, _tls?.Flags(Url) ?? []);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestLimits.Token, _process.Ended);
        var options = new CallOptions(deadline: DateTime.UtcNow + StartMax, cancellationToken: stop.Token).WithWaitForReady();
        while (true)
        {
            try
            {
                var request = new Etcd.RangeRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8("ready?") };
                await new Etcd.KV.KVClient(_channel).RangeAsync(request, options);
                return;
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
            {
                // The channel noticed only now that the process before is gone.
            }
            catch (RpcException error) when (error.Status.Detail == "etcdserver: user name is empty")
            {
                // It serves, and has users.
                return;
            }
            catch (RpcException error)
            {
                throw new InvalidOperationException($"{_command.Executable} does not serve: {error.Status}\n{_process.Output}");
            }
        }
    }

    /// <summary>Gives the server users: root, and one that may do what it likes with some keys.</summary>
    public async Task EnableUsers(string user, string password, KeyRange range)
    {
        var auth = new Etcd.Auth.AuthClient(_channel);
        var options = new CallOptions(cancellationToken: TestLimits.Token);
        await auth.RoleAddAsync(new Etcd.AuthRoleAddRequest { Name = user }, options);
        var permission = new Etcd.Permission
        {
            PermType = Etcd.Permission.Types.Type.Readwrite,
            Key = range.Start.ToByteString(),
            RangeEnd = range.End.ToByteString(),
        };
        await auth.RoleGrantPermissionAsync(new Etcd.AuthRoleGrantPermissionRequest { Name = user, Perm = permission }, options);
        await auth.UserAddAsync(new Etcd.AuthUserAddRequest { Name = "root", Password = password }, options);
        await auth.UserGrantRoleAsync(new Etcd.AuthUserGrantRoleRequest { User = "root", Role = "root" }, options);
        await auth.UserAddAsync(new Etcd.AuthUserAddRequest { Name = user, Password = password }, options);
        await auth.UserGrantRoleAsync(new Etcd.AuthUserGrantRoleRequest { User = user, Role = user }, options);
        await auth.AuthEnableAsync(new Etcd.AuthEnableRequest(), options);
    }

    /// <summary>SIGKILL; returns when it is gone.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.Exit(TestLimits.Token);
        await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
