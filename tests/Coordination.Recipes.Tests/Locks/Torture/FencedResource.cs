namespace Coordination.Recipes.Tests;

/// <summary>
/// What a lock protects, somewhere outside of the store: it knows nothing but the tokens that come with requests, and refuses one below the
/// largest that it has seen. Belongs to one loop.
/// </summary>
internal sealed class FencedResource
{
    private readonly Dictionary<long, int> _holders = [];
    private long _largest;

    /// <summary>How many requests came too late.</summary>
    public int Refused { get; private set; }

    /// <summary>How many holders there were.</summary>
    public int Holders => _holders.Count;

    /// <summary>Somebody says that it has the lock now.</summary>
    public void Hold(WorkerLine line) =>
        Assert.True(_holders.TryAdd(line.Token, line.Worker), $"Token {line.Token} was given to {_holders[line.Token]} and {line.Worker}.");

    /// <summary>Somebody uses it; true when it may.</summary>
    public bool Use(WorkerLine line)
    {
        Assert.Equal(line.Worker, _holders[line.Token]);
        if (line.Token < _largest)
        {
            Refused++;
            return false;
        }

        _largest = line.Token;
        return true;
    }
}
