using Coordination.StateMachine;
using Coordination.StateMachine.Tests;

namespace Coordination.Storage.Tests;

public sealed class MemoryStoreTests : StateStoreContract
{
    protected override IStateStore Store { get; } = new MemoryStore();
}
