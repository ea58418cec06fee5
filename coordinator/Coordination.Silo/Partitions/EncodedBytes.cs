using Orleans;

namespace Coordination.Silo;

/// <summary>
/// A command or an answer as the state machine encodes it. Whoever hands it over gives it away: it is never changed again, and so it is
/// never copied on its way to a grain of the same silo.
/// </summary>
/// <param name="Memory">The bytes.</param>
[GenerateSerializer, Immutable, Alias("coordination.EncodedBytes")]
public readonly record struct EncodedBytes([property: Id(0)] ReadOnlyMemory<byte> Memory);
