namespace Coordination.Conformance.Tests;

/// <summary>Elections have any winner; the targets of a cluster are told apart by who leads.</summary>
public static class Leadership
{
    /// <summary>Moves leadership to the first of these members, and waits until all know it.</summary>
    public static Task GiveToFirst(IReadOnlyList<ServerNode> members) => Eventually.Holds(async () =>
    {
        var states = await Task.WhenAll(members.Select(member => member.Calls.Status()));
        var wanted = states[0].Header.MemberId;
        if (states.All(state => state.Leader == wanted))
        {
            return true;
        }

        if (Array.FindIndex(states, state => state.Leader == state.Header.MemberId) is > 0 and var leader)
        {
            await Move(members[leader], wanted);
        }

        return false;
    });

    private static async Task Move(ServerNode leader, ulong wanted)
    {
        try
        {
            await leader.Calls.MoveLeader(wanted);
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.FailedPrecondition)
        {
            // It leads no more, or the other does not keep up yet: the next look tells.
        }
    }
}
