namespace Coordination.Storage;

/// <summary>Writes that are made at once. One batch serves all commits of a database: its memory is allocated once. One thread.</summary>
internal sealed unsafe class RocksDbWriteBatch(nint[] families)
{
    public nint Handle { get; } = RocksDbNative.CreateBatch();

    public void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* keyStart = key)
        fixed (byte* valueStart = value)
        {
            RocksDbNative.PutInBatch(Handle, families[(int)family], keyStart, (nuint)key.Length, valueStart, (nuint)value.Length);
        }
    }

    public void Delete(ColumnFamily family, ReadOnlySpan<byte> key)
    {
        fixed (byte* keyStart = key)
        {
            RocksDbNative.DeleteInBatch(Handle, families[(int)family], keyStart, (nuint)key.Length);
        }
    }

    public void Clear() => RocksDbNative.ClearBatch(Handle);
}
