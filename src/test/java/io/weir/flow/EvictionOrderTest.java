package io.weir.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class EvictionOrderTest {
    private final EvictionOrder order = new EvictionOrder();

    @Test
    void shouldNameThoseThatAreOverFirstAndTheLongestStandingOfThem() {
        order.unestablished(1);
        order.over(2);
        order.over(3);
        assertEquals(2, order.next());
        order.remove(2);
        assertEquals(3, order.next());
        order.remove(3);
        assertEquals(1, order.next());
        order.remove(1);
        assertEquals(EvictionOrder.NONE, order.next());
    }

    @Test
    void shouldMoveAFlowWhenItIsOver() {
        order.unestablished(1);
        order.unestablished(2);
        order.over(2);
        assertEquals(2, order.next());
        order.remove(2);
        assertEquals(1, order.next());
    }

    @Test
    void shouldGoToTheEndWhenPutAgain() {
        order.over(1);
        order.over(2);
        order.over(1);
        assertEquals(2, order.next());
    }

    @Test
    void shouldNotMindWhenAnUnlistedFlowIsRemoved() {
        order.remove(12_345);
        assertEquals(EvictionOrder.NONE, order.next());
    }
}
