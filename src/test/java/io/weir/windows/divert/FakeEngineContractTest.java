package io.weir.windows.divert;

import io.weir.engine.EngineContractTest;

/** The engine's own part of the contract, where Windows is not; {@link WinDivertEngineContractTest} has the same with real traffic. */
class FakeEngineContractTest extends EngineContractTest {

    @Override
    protected Wire openWire() {
        return new FakeEngine();
    }
}
