package io.weir.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** {@code 14:03:21.507 INFO  message}; on a terminal with the level, and the first word of a flow's line, in colour. */
final class LogLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    private static final String RESET = "\u001b[0m";
    private static final String FAINT = "\u001b[2m";
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final Map<String, String> COLOUR_OF_FIRST_WORD = Map.of("proxied", "\u001b[32m", "direct", "\u001b[36m",
        "blocked", RED, "dropped", RED, "failed", RED, "passed", FAINT, "ended", FAINT);

    private final boolean coloured;

    LogLayout(boolean coloured) {
        this.coloured = coloured;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(200);
        String time = TIME.format(Instant.ofEpochMilli(event.getTimeStamp()));
        String level = event.getLevel().toString();
        String message = event.getFormattedMessage();
        if (coloured) {
            line.append(FAINT).append(time).append(RESET).append(' ').append(colourOf(event.getLevel())).append(level).append(RESET);
        } else {
            line.append(time).append(' ').append(level);
        }
        line.append(" ".repeat(Math.max(1, 6 - level.length()))).append(coloured ? paintFirstWord(message) : message).append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line.toString();
    }

    private static String colourOf(Level level) {
        return level.isGreaterOrEqual(Level.ERROR) ? RED : level.isGreaterOrEqual(Level.WARN) ? YELLOW : FAINT;
    }

    private static String paintFirstWord(String message) {
        int end = message.indexOf(' ');
        String colour = end < 0 ? null : COLOUR_OF_FIRST_WORD.get(message.substring(0, end));
        return colour == null ? message : colour + message.substring(0, end) + RESET + message.substring(end);
    }
}
