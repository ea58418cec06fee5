namespace Coordination.Faults.Tests;

/// <summary>The links of a cluster, one for each ordered pair of members.</summary>
public sealed class LinkTable(int members)
{
    private readonly Link[] _links = [.. Enumerable.Range(0, members * members).Select(_ => new Link())];

    /// <summary>The way from one member to another.</summary>
    public Link this[int from, int to] => _links[(from * members) + to];

    /// <summary>Every way between two members.</summary>
    public IEnumerable<Link> All => _links;

    /// <summary>Cuts both ways between two members.</summary>
    public void Separate(int one, int other)
    {
        this[one, other].Cut();
        this[other, one].Cut();
    }

    /// <summary>Opens every way again.</summary>
    public void Heal()
    {
        foreach (var link in _links)
        {
            link.Heal();
        }
    }
}
