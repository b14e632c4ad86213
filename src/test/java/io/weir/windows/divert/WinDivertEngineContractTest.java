package io.weir.windows.divert;

import io.weir.engine.EngineContractTest;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The contract of every engine, through DLL, driver and network stack. */
@Tag("windows")
@Tag("bed")
@EnabledIfSystemProperty(named = "weir.bed.standin", matches = ".+", disabledReason = "needs a Windows JVM and a driver: tools/wine/junit")
class WinDivertEngineContractTest extends EngineContractTest {

    @Override
    protected Wire openWire() throws IOException {
        return new LoopbackWire();
    }
}
