namespace Coordination.Client.Tests;

/// <summary>The maintenance service of a <see cref="FakeServer"/>.</summary>
public sealed class FakeMaintenance : Etcd.Maintenance.MaintenanceBase
{
    private int _asked;

    /// <summary>Who it is.</summary>
    public ulong Member { get; set; }

    /// <summary>Who it says leads; 0 for nobody.</summary>
    public ulong Leader { get; set; }

    /// <summary>In which term.</summary>
    public ulong Term { get; set; } = 1;

    /// <summary>How often it was asked.</summary>
    public int Asked => _asked;

    public override Task<Etcd.StatusResponse> Status(Etcd.StatusRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _asked);
        return Task.FromResult(new Etcd.StatusResponse
        {
            Header = new Etcd.ResponseHeader { MemberId = Member },
            Leader = Leader,
            RaftTerm = Term,
        });
    }
}
