using Coordination.StateMachine;
using Coordination.StateMachine.Model;

namespace Coordination.Storage.Tests;

public sealed class MemoryStoreTests : StateStoreContract
{
    protected override IStateStore Store { get; } = new MemoryStore();
}
