package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;

class LogLayoutTest {
    private static LoggingEvent event(Level level, String message, Throwable problem) {
        return new LoggingEvent("", new LoggerContext().getLogger("x"), level, message, problem, null);
    }

    @Test
    void shouldWriteTimeLevelAndMessage() {
        String line = new LogLayout(false).doLayout(event(Level.WARN, "look out", null));
        assertTrue(line.matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} WARN  look out\n"), line);
    }

    @Test
    void shouldAddTheStackOfAnError() {
        String line = new LogLayout(false).doLayout(event(Level.ERROR, "broken", new IllegalStateException("because")));
        assertTrue(line.contains(" ERROR broken\njava.lang.IllegalStateException: because" + System.lineSeparator() + "\tat "), line);
    }

    @Test
    void shouldColourTheFirstWordOfAFlowOnATerminal() {
        String line = new LogLayout(true).doLayout(event(Level.INFO, "proxied tcp curl[1]", null));
        assertTrue(line.endsWith("\u001b[32mproxied\u001b[0m tcp curl[1]\n"), line);
        assertEquals("listening on x\n", new LogLayout(true).doLayout(event(Level.INFO, "listening on x", null)).replaceFirst(".*INFO\u001b\\[0m +", ""));
    }
}
