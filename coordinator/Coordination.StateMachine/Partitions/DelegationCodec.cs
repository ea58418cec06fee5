namespace Coordination.StateMachine;

/// <summary>The fields of delegations, in commands and in what is stored.</summary>
internal static class DelegationCodec
{
    private const int NestingMax = 64;

    public static void Write(FieldWriter writer, IReadOnlyCollection<Delegation> delegations)
    {
        writer.Number((ulong)delegations.Count);
        foreach (var delegation in delegations)
        {
            writer.Bytes(delegation.Prefix);
            writer.Number((ulong)delegation.Partition);
            writer.Number(delegation.Revision);
            Write(writer, delegation.Inner);
        }
    }

    public static Delegation[] Read(ref FieldReader reader) => Read(ref reader, 0);

    private static Delegation[] Read(ref FieldReader reader, int depth)
    {
        if (depth > NestingMax)
        {
            throw new FormatException($"Delegations are nested more than {NestingMax} deep.");
        }

        var delegations = new Delegation[reader.Count()];
        for (int i = 0; i < delegations.Length; i++)
        {
            delegations[i] = new Delegation(
                reader.Bytes().ToArray(), reader.Partition(), reader.Number(), Read(ref reader, depth + 1));
        }

        return delegations;
    }
}
