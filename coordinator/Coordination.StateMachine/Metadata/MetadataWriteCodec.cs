using System.Text;

namespace Coordination.StateMachine;

/// <summary>The fields of a <see cref="MetadataWriteCommand"/>, as <see cref="CommandCodec"/> writes and reads them.</summary>
internal static class MetadataWriteCodec
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Write(FieldWriter writer, MetadataWriteCommand command)
    {
        writer.Number((ulong)command.Writes.Count);
        foreach (var write in command.Writes)
        {
            writer.Bytes(Strict.GetBytes(write.Key));
            writer.Byte((byte)write.Condition.Kind);
            if (write.Condition.Kind == MetadataConditionKind.AtVersion)
            {
                writer.Number(write.Condition.Version);
            }

            writer.Flag(write.Value is not null);
            if (write.Value is { } value)
            {
                writer.Bytes(value.Span);
            }
        }
    }

    public static MetadataWriteCommand Read(ref FieldReader reader)
    {
        var writes = new MetadataWrite[reader.Count()];
        for (int i = 0; i < writes.Length; i++)
        {
            string key = ReadKey(ref reader);
            var condition = ReadCondition(ref reader);
            writes[i] = new MetadataWrite(key, condition, reader.Flag() ? reader.Bytes() : default(ReadOnlyMemory<byte>?));
        }

        return MetadataWriteCommand.FindFault(writes) is { } fault ? throw new FormatException(fault) : new MetadataWriteCommand(writes);
    }

    private static string ReadKey(ref FieldReader reader)
    {
        var bytes = reader.Bytes();
        try
        {
            return Strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException("The key of a row of metadata is not UTF-8.");
        }
    }

    private static MetadataCondition ReadCondition(ref FieldReader reader)
    {
        var kind = (MetadataConditionKind)reader.Byte();
        return kind switch
        {
            MetadataConditionKind.None => MetadataCondition.None,
            MetadataConditionKind.Absent => MetadataCondition.Absent,
            MetadataConditionKind.Present => MetadataCondition.Present,
            MetadataConditionKind.AtVersion => MetadataCondition.AtVersion(reader.Number()),
            _ => throw new FormatException($"There is no condition {(byte)kind} on a row of metadata."),
        };
    }
}
