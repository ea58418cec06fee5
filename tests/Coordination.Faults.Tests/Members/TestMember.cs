using Grpc.Net.Client;

namespace Coordination.Faults.Tests;

/// <summary>
/// One member of a cluster: a process that comes and goes, on a data directory and ports that stay. The test that breaks the cluster calls
/// it, one fault at a time; clients only look at where it is and which life it lives.
/// </summary>
public sealed class TestMember : IAsyncDisposable
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ClockSeenMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly LoopbackPorts _ports;
    private readonly WallClock _clock;
    private readonly Func<TestMember, IEnumerable<string>> _flags;
    private readonly GrpcChannel _channel;
    private ServerProcess? _process;
    private string _earlierOutput = "";
    private int _life;
    private bool _isPaused;

    /// <param name="number">Counts from 0.</param>
    /// <param name="folder">Outlives the process.</param>
    /// <param name="clock">What the process takes for the time of day.</param>
    /// <param name="flags">What all members are told, and where the others are.</param>
    public TestMember(int number, DirectoryInfo folder, WallClock clock, Func<TestMember, IEnumerable<string>> flags)
    {
        Number = number;
        Folder = folder;
        _clock = clock;
        _flags = flags;
        _ports = LoopbackPorts.Find();
        AdvertisedPeerPort = LoopbackPorts.Find().Peer;
        _channel = _ports.OpenChannel();
        Calls = new MemberCalls(_channel);
    }

    public int Number { get; }

    public string Name => $"m{Number + 1}";

    /// <summary>The life that it lives, or lived last: what it shows of its own state never goes back within one.</summary>
    public string Session => $"{Name}.{Volatile.Read(ref _life)}";

    public DirectoryInfo Folder { get; }

    public MemberCalls Calls { get; }

    /// <summary>Where it listens for others.</summary>
    public int PeerPort => _ports.Peer;

    /// <summary>Where the others believe that it listens.</summary>
    public int AdvertisedPeerPort { get; }

    /// <summary>Null while it does not run, or not yet.</summary>
    public int? ProcessId => _process?.FindId();

    /// <summary>False while it is killed, and when it ended by itself.</summary>
    public bool IsRunning => _process is { Ended.IsCancellationRequested: false };

    /// <summary>The last lines that it wrote, in this life and the one before.</summary>
    public string Output => $"{_earlierOutput}\n{_process?.Output}";

    /// <summary>Starts a process, and does not wait for it to serve: alone it cannot.</summary>
    public void Start()
    {
        if (_process is not null)
        {
            throw new InvalidOperationException($"{Name} runs already.");
        }

        WallClock.RemoveLeftovers();
        Interlocked.Increment(ref _life);
        var client = $"http://{_ports.ClientUrl.Authority}";
        _process = ServerProcess.Start(
            new ServerCommand(CoordinatorExecutable.Find()) { Runner = _clock.Runner },
            Folder,
            [
                $"--name={Name}", $"--data-dir={Path.Combine(Folder.FullName, "data")}",
                $"--listen-client-urls={client}", $"--advertise-client-urls={client}",
                $"--listen-peer-urls=http://{_ports.PeerUrl.Authority}", .. _flags(this),
            ]);
    }

    /// <summary>SIGKILL; returns when it is gone.</summary>
    public async Task Kill()
    {
        if (_process is null)
        {
            return;
        }

        _process.Kill();
        await Exit();
    }

    /// <summary>Waits until the process has ended by itself; its exit code.</summary>
    public async Task<int> Exit(CancellationToken cancellationToken = default)
    {
        var process = _process ?? throw new InvalidOperationException($"{Name} does not run.");
        var code = await process.Exit(cancellationToken);
        _earlierOutput = process.Output;
        _process = null;
        _isPaused = false;
        await process.DisposeAsync();
        return code;
    }

    /// <summary>SIGSTOP: it does nothing from now on, and nobody is told.</summary>
    public void Pause()
    {
        Signal.Send(ProcessId ?? throw new InvalidOperationException($"{Name} does not run."), Signal.Stop);
        _isPaused = true;
    }

    /// <summary>SIGCONT, when it is paused.</summary>
    public void Resume()
    {
        if (_isPaused && ProcessId is { } id)
        {
            Signal.Send(id, Signal.Continue);
            _isPaused = false;
        }
    }

    /// <summary>Lets its wall clock jump to an offset from the right time, at once.</summary>
    public void SetClock(TimeSpan offset) => _clock.Set(offset);

    /// <summary>The same, and returns when the process goes by it.</summary>
    public async Task JumpTo(TimeSpan offset)
    {
        SetClock(offset);
        await AwaitClock();
    }

    /// <summary>Waits until the process shows the time that its clock was set to: otherwise nothing was tested.</summary>
    /// <exception cref="TimeoutException">It goes by another time.</exception>
    public async Task AwaitClock()
    {
        using HttpClient client = new() { BaseAddress = _ports.ClientUrl, Timeout = ClockSeenMax };
        using var timer = new PeriodicTimer(LookAgainAfter);
        using var limit = new CancellationTokenSource(ClockSeenMax);
        while (true)
        {
            using var answer = await client.GetAsync(new Uri("version", UriKind.Relative), limit.Token);
            var shown = (answer.Headers.Date ?? throw new InvalidDataException("The answer has no date.")) - DateTimeOffset.UtcNow;
            if ((shown - _clock.Offset).Duration() < ClockTolerance)
            {
                return;
            }

            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"{Name} goes by a clock that is off by {shown}, and not by {_clock.Offset}.");
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Makes it run, whatever was done to it.</summary>
    public void Restore()
    {
        SetClock(TimeSpan.Zero);
        Resume();
        if (_process is null)
        {
            Start();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await Kill();
    }
}
