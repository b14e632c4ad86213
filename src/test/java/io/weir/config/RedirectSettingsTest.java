package io.weir.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.net.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedirectSettingsTest {
    private static final List<IpAddress> BOTH = List.of(IpAddress.parse("0.0.0.0"), IpAddress.parse("::"));

    @Test
    void shouldGiveEveryListenerAPortOfItsOwnWhenTheFirstIsFixed() {
        assertEquals("[0.0.0.0:7000, 0.0.0.0:7001, [::]:7002, [::]:7003]", new RedirectSettings(null, 2, 7000).listen(BOTH).toString());
    }

    @Test
    void shouldLeaveEveryPortToTheSystemWhenTheFirstIsZero() {
        assertEquals("[0.0.0.0:0, [::]:0]", new RedirectSettings(null, 1, 0).listen(BOTH).toString());
    }
}
