using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// The state machine of a simulated replica: a few registers, the applied position with its term, and the membership there. In memory;
/// <see cref="ToImage"/> is what a flush or a snapshot takes of it.
/// </summary>
internal sealed class RegisterMachine
{
    /// <summary>How many registers there are.</summary>
    public const int RegisterCount = 8;

    private readonly ulong[] _registers = new ulong[RegisterCount];
    private ulong _contentHash;

    /// <summary>Begins before the first entry.</summary>
    public RegisterMachine(Membership membership) => Membership = membership;

    /// <summary>The last position applied.</summary>
    public LogIndex Applied { get; private set; }

    /// <summary>That entry's term.</summary>
    public Term AppliedTerm { get; private set; }

    /// <summary>The membership as of that entry.</summary>
    public Membership Membership { get; private set; }

    /// <summary>
    /// A fingerprint of position, term and registers. Not of the membership: a replica that joins has none until it comes to the entry
    /// that names it.
    /// </summary>
    public ulong StateHash => Fingerprint.Mix(_contentHash ^ Applied.Value ^ (AppliedTerm.Value << 40));

    /// <summary>A register's value.</summary>
    public ulong this[int register] => _registers[register];

    /// <summary>Applies the next entry.</summary>
    public void Apply(Entry entry)
    {
        if (entry.Kind == EntryKind.Command)
        {
            Apply(RegisterCommand.Decode(entry.Data.Span));
        }
        else if (entry.Kind == EntryKind.Membership)
        {
            Membership = MembershipEntry.Decode(entry.Data).Membership;
        }

        Applied = entry.Index;
        AppliedTerm = entry.Term;
    }

    /// <summary>The state now, under the metadata that describe it.</summary>
    public RegisterImage ToImage(SnapshotMetadata metadata) => new(metadata, (ulong[])_registers.Clone());

    /// <summary>Becomes what an image says.</summary>
    public void Restore(RegisterImage image)
    {
        Applied = image.Metadata.Index;
        AppliedTerm = image.Metadata.Term;
        Membership = image.Metadata.Membership;
        _contentHash = 0;
        for (int i = 0; i < RegisterCount; i++)
        {
            _registers[i] = image.Registers[i];
            _contentHash ^= HashOf(i, _registers[i]);
        }
    }

    private static ulong HashOf(int register, ulong value) =>
        value == 0 ? 0 : Fingerprint.Mix(value ^ ((ulong)(register + 1) << 56));

    private void Apply(RegisterCommand command)
    {
        ref ulong register = ref _registers[command.Register];
        if (command.IsCompareAndSet && register != command.Expected)
        {
            return;
        }

        _contentHash ^= HashOf(command.Register, register) ^ HashOf(command.Register, command.Value);
        register = command.Value;
    }
}
