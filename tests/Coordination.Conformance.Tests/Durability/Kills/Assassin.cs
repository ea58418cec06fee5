namespace Coordination.Conformance.Tests;

/// <summary>Follows the plan of a round until the server is dead: compacts when it is time, and kills.</summary>
public sealed class Assassin
{
    private readonly RunningServer _server;
    private readonly Capabilities _capabilities;
    private readonly Ledger _ledger;
    private readonly Observer _observer;
    private readonly RoundPlan _plan;
    private readonly Task _timeToCompact;
    private readonly Task _timeToKill;
    private int _compactions;
    private long _compacted;

    public Assassin(RunningServer server, Capabilities capabilities, Ledger ledger, Observer observer, RoundPlan plan)
    {
        _server = server;
        _capabilities = capabilities;
        _ledger = ledger;
        _observer = observer;
        _plan = plan;
        _compacted = observer.Revision;
        _timeToCompact = plan.CompactionAt is { } at ? ledger.Reached(at) : Task.CompletedTask;
        _timeToKill = ledger.Reached(plan.KillAt);
    }

    public async Task Run()
    {
        if (_plan.CompactionAt is not null)
        {
            await _timeToCompact;
            await Compact(physical: false);
        }

        await _timeToKill;
        var operation = _plan.During switch
        {
            KilledDuring.Compaction => Compact(physical: true),
            KilledDuring.Defragmentation => _server.Calls.Defragment(),
            _ => null,
        };

        // The moment of the fault, not a wait for anything.
        var moment = Task.Delay(_plan.KillAfter, TestContext.Current.CancellationToken);
        await Task.WhenAny([moment, .. operation is null ? Array.Empty<Task>() : [operation]]);
        _ledger.Kill();
        _server.Process.Kill();
        await Completion(operation);
    }

    private static async Task Completion(Task? operation)
    {
        try
        {
            await (operation ?? Task.CompletedTask);
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
        {
            // The kill.
        }
    }

    /// <summary>
    /// Compacts everything the observer saw, or the last of it short: what it did not see could not be compared any more.
    /// </summary>
    private async Task Compact(bool physical)
    {
        var revision = _observer.Revision - (_capabilities.KeepsCompactedRevision ? 0 : 1);
        if (revision <= _compacted)
        {
            return;
        }

        _compacted = revision;
        var request = new CompactionRequest { Revision = revision, Physical = physical };
        var attempt = _ledger.Begin($"{_plan.Number}.compaction.{_compactions++}", request);
        _ledger.Acknowledge(attempt, await _server.Calls.Compact(request));
    }
}
