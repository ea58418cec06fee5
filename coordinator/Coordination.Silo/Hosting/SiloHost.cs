using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>
/// Keeps a silo running inside the node. Owns one silo at a time, and the loop that builds the next one, with a new generation, when a
/// silo cannot start or was declared dead. Nothing else of the node notices: replicas, logs and ports are not the silo's. Started and
/// stopped by the node; grains may be asked for on any thread.
/// </summary>
public sealed class SiloHost : IAsyncDisposable
{
    private readonly SiloSurroundings _node;
    private readonly SiloGeneration _generation;
    private readonly SiloHostLog _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <summary>The silo that is active; null while there is none. Only the loop changes it, and then <see cref="_isActive"/>.</summary>
    private SiloLife? _life;

    private TaskCompletionSource _isActive = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    private SiloHost(SiloSurroundings node)
    {
        _node = node;
        _generation = new SiloGeneration(node.Table, node.Options, node.Time);
        _log = new SiloHostLog(node.Logger);
        _running = Task.Run(RunAsync);
    }

    /// <summary>How many silos became active since the node started.</summary>
    public int StartedCount => Volatile.Read(ref _started);

    /// <summary>The address of the silo that is active now; null while there is none.</summary>
    public SiloAddress? Address => Volatile.Read(ref _life)?.Address;

    /// <summary>When the node ends too, it matters to nobody how its silo does: members that stop together leave no quorum.</summary>
    private LogLevel LevelOfBadEnd => _stopping.IsCancellationRequested ? LogLevel.Debug : LogLevel.Warning;

    /// <summary>Begins to keep a silo running. Does not wait for the first one.</summary>
    public static SiloHost Start(SiloSurroundings node) => new(node);

    /// <summary>Completes when a silo is active: at once, when one is.</summary>
    /// <exception cref="OperationCanceledException">The caller does not wait any more, or the node stops.</exception>
    public Task WaitUntilActiveAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _isActive).Task.WaitAsync(cancellationToken);

    /// <summary>The grain of a replica. It is bound to the silo of this moment: to be asked for anew for every call.</summary>
    /// <exception cref="SiloUnavailableException">No silo is active here now.</exception>
    public IPartitionReplicaGrain GetReplica(ReplicaAddress address) =>
        (Volatile.Read(ref _life) ?? throw new SiloUnavailableException()).Grains.GetGrain<IPartitionReplicaGrain>(address.ToString());

    /// <summary>
    /// Leaves the cluster in good order, and ends. Takes no longer than the options say, whatever the silo does.
    /// </summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        TimeSpan delay = _node.Options.RebuildDelayMin;
        while (!_stopping.IsCancellationRequested)
        {
            bool wasActive = await LiveOnceAsync();
            delay = wasActive ? _node.Options.RebuildDelayMin : delay;
            if (!_stopping.IsCancellationRequested)
            {
                _log.Rebuilding(delay);
                await Task.Delay(delay, _node.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                delay = delay * 2 < _node.Options.RebuildDelayMax ? delay * 2 : _node.Options.RebuildDelayMax;
            }
        }

        _isActive.TrySetCanceled();
    }

    /// <summary>Builds a silo and accompanies it to its end.</summary>
    /// <returns>Whether it was active.</returns>
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "Whatever ends a silo, another one follows.")]
    private async Task<bool> LiveOnceAsync()
    {
        SiloLife? life = null;
        bool isActive = false;
        try
        {
            life = SiloLife.Build(_node, await _generation.NextAsync(_stopping.Token), _stopping.Token);
            isActive = await TryStartAsync(life);
            if (isActive)
            {
                Publish(life);
                await life.Fatal.WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node stopped while the silo was starting.
        }
        catch (Exception exception)
        {
            _log.Failed(exception);
        }

        if (life is not null)
        {
            Retract();
            await EndAsync(life, inGoodOrder: isActive && !life.Fatal.IsCompleted);
        }

        return isActive;
    }

    /// <returns>False when Orleans gave the silo up while it was starting.</returns>
    private async Task<bool> TryStartAsync(SiloLife life)
    {
        _log.Starting(life.Address);
        using var timeout = new CancellationTokenSource(_node.Options.StartTimeout, _node.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, timeout.Token);
        Task start = life.StartAsync(either.Token);
        if (await Task.WhenAny(start, life.Fatal).WaitAsync(either.Token) == life.Fatal)
        {
            return false;
        }

        await start;
        return true;
    }

    private void Publish(SiloLife life)
    {
        _log.Active(life.Address);
        Interlocked.Increment(ref _started);
        Volatile.Write(ref _life, life);
        _isActive.SetResult();
    }

    private void Retract()
    {
        if (Interlocked.Exchange(ref _life, null) is not null)
        {
            Volatile.Write(ref _isActive, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    /// <summary>
    /// Ends a silo. One that does not end in time is left to itself: Orleans gives up some time, and the next silo needs nothing that it
    /// has.
    /// </summary>
    private async Task EndAsync(SiloLife life, bool inGoodOrder)
    {
        TimeSpan patience = _node.Options.KillTimeout + (inGoodOrder ? _node.Options.StopTimeout : TimeSpan.Zero);
        Task end = StopAndDisposeAsync(life, inGoodOrder);
        await Task.WhenAny(end, Task.Delay(patience, _node.Time));
        if (!end.IsCompleted)
        {
            _log.LeftBehind(LevelOfBadEnd, life.Address, patience);
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "However badly a silo ends, the node goes on without it.")]
    private async Task StopAndDisposeAsync(SiloLife life, bool inGoodOrder)
    {
        try
        {
            await (inGoodOrder ? life.StopAsync() : life.KillAsync());
        }
        catch (Exception exception)
        {
            _log.EndedBadly(LevelOfBadEnd, life.Address, exception);
        }

        try
        {
            await life.DisposeAsync();
            _log.Ended(life.Address);
        }
        catch (Exception exception)
        {
            _log.EndedBadly(LevelOfBadEnd, life.Address, exception);
        }
    }
}
