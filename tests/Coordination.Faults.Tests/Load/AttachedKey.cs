namespace Coordination.Faults.Tests;

/// <summary>A key of a lease, and when it was seen or not.</summary>
/// <param name="space">Where it is.</param>
/// <param name="name">Its name there.</param>
/// <param name="attachedAt">When the put was acknowledged.</param>
internal sealed class AttachedKey(KeySpace space, string name, long attachedAt)
{
    private readonly List<LeaseObservation> _observations = [];

    public KeyRange Key { get; } = new(space.Key(name));

    public bool IsGone { get; private set; }

    public void Note(LeaseObservation observation)
    {
        _observations.Add(observation);
        IsGone |= !observation.IsPresent;
    }

    /// <summary>What the judge needs of the lease, as this key shows it.</summary>
    public LeaseRecord ToRecord(LeaseRecord lease) => lease with
    {
        AttachedAt = attachedAt,
        Observations = _observations,

        // A lease that is gone at home may have keys elsewhere for a moment: who asks its home learns nothing of these.
        Renewals = space == KeySpace.Default ? lease.Renewals : [.. lease.Renewals.Where(renewal => renewal.Answer != LeaseAnswer.Gone)],
    };
}
