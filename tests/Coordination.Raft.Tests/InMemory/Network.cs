namespace Coordination.Raft.Tests;

/// <summary>
/// Messages under way between the replicas of a <see cref="Cluster"/>, in the order they were sent. Nothing moves by itself: a test
/// takes messages out, copies, reorders or cuts links. A message over a cut link is lost when it is sent, or when the link is cut.
/// Every filter is asked once about each message, in order, so that it may count.
/// </summary>
internal sealed class Network
{
    private readonly List<Message> _underWay = [];
    private readonly List<Message> _held = [];
    private readonly HashSet<(ReplicaId From, ReplicaId To)> _cut = [];
    private readonly HashSet<ReplicaId> _down = [];

    public IReadOnlyList<Message> UnderWay => _underWay;

    public IReadOnlyList<Message> Held => _held;

    public bool IsLost(Message message) => _down.Contains(message.To) || _cut.Contains((message.From, message.To));

    public void Send(Message message)
    {
        if (!IsLost(message))
        {
            _underWay.Add(message);
        }
    }

    /// <summary>Takes the messages that fit out of the network.</summary>
    public IReadOnlyList<Message> Take(Predicate<Message> filter) => TakeFrom(_underWay, filter);

    /// <summary>Sends copies of the messages that fit behind everything under way.</summary>
    public IReadOnlyList<Message> Duplicate(Predicate<Message> filter)
    {
        var copies = _underWay.FindAll(filter);
        _underWay.AddRange(copies);
        return copies;
    }

    /// <summary>Reverses the order of the messages that fit, in the places that they take.</summary>
    public IReadOnlyList<Message> Reverse(Predicate<Message> filter)
    {
        int[] places = [.. Enumerable.Range(0, _underWay.Count).Where(place => filter(_underWay[place]))];
        Message[] reversed = [.. places.Reverse().Select(place => _underWay[place])];
        for (int i = 0; i < places.Length; i++)
        {
            _underWay[places[i]] = reversed[i];
        }

        return reversed;
    }

    /// <summary>Keeps the messages that fit back until <see cref="Release"/>.</summary>
    public IReadOnlyList<Message> Hold(Predicate<Message> filter)
    {
        var held = Take(filter);
        _held.AddRange(held);
        return held;
    }

    /// <summary>Puts the held messages that fit back at the end of the network, whatever links were cut meanwhile.</summary>
    public IReadOnlyList<Message> Release(Predicate<Message> filter)
    {
        var released = TakeFrom(_held, filter);
        _underWay.AddRange(released);
        return released;
    }

    /// <summary>Cuts the link in one direction and returns what was under way on it, which is lost.</summary>
    public IReadOnlyList<Message> Cut(ReplicaId from, ReplicaId to)
    {
        _cut.Add((from, to));
        return Take(IsLost);
    }

    public void Heal() => _cut.Clear();

    public IReadOnlyList<Message> TakeDown(ReplicaId id)
    {
        _down.Add(id);
        return Take(IsLost);
    }

    public void BringUp(ReplicaId id) => _down.Remove(id);

    private static List<Message> TakeFrom(List<Message> messages, Predicate<Message> filter)
    {
        List<Message> taken = [];
        messages.RemoveAll(message =>
        {
            bool isTaken = filter(message);
            if (isTaken)
            {
                taken.Add(message);
            }

            return isTaken;
        });
        return taken;
    }
}
