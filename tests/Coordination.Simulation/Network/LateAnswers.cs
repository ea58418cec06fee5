using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// The last answers that a replica got while it led. When it leads again they are delivered once more, as repeats that took very long: what
/// members said in an earlier term must mean nothing in this one. Chance alone hardly ever brings the two together. Belongs to one
/// running <see cref="SimulatedReplica"/>.
/// </summary>
internal sealed class LateAnswers
{
    private readonly List<Message> _answers = [];

    /// <summary>A leader got a message. Of each kind of answer, the last of each member is kept.</summary>
    public void Remember(Message message)
    {
        if (message is not (AppendAccepted or HeartbeatResponse))
        {
            return;
        }

        int known = _answers.FindIndex(answer => answer.From == message.From && answer.Kind == message.Kind);
        if (known < 0)
        {
            _answers.Add(message);
        }
        else
        {
            _answers[known] = message;
        }
    }

    /// <summary>Everything that is kept, once.</summary>
    public Message[] Take()
    {
        Message[] answers = [.. _answers];
        _answers.Clear();
        return answers;
    }
}
