package io.weir.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.weir.config.LogSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * The log goes to stderr, in code rather than XML: nothing to parse at each start. Logback finds this class by its service file and begins with
 * warnings only; {@code run} sets the level of the configuration. A {@code logback-test.xml} on the class path takes precedence.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (LogSetup.class.getResource("/logback-test.xml") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        install(context, Level.WARN, null, false);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** @throws CommandFailure when the log file cannot be written */
    static void use(LogSettings settings, boolean coloured) {
        if (settings.file() != null && !isWritable(settings.file().toAbsolutePath())) {
            throw new CommandFailure(ExitCode.ENGINE, "the log file " + settings.file() + " cannot be written", "choose another log.file");
        }
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.reset();
            install(context, Level.toLevel(settings.level(), Level.INFO), settings.file(), coloured && settings.file() == null);
        }
    }

    private static boolean isWritable(Path file) {
        return Files.exists(file) ? Files.isWritable(file) && !Files.isDirectory(file) : Files.isWritable(file.getParent());
    }

    /** @param file null: standard error */
    private static void install(LoggerContext context, Level level, Path file, boolean coloured) {
        LogLayout layout = new LogLayout(coloured);
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.setCharset(Terminal.charset());
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender = file == null ? toErr() : toFile(file);
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(appender);
        context.getLogger("io.netty").setLevel(Level.WARN);
    }

    private static OutputStreamAppender<ILoggingEvent> toErr() {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        return appender;
    }

    private static OutputStreamAppender<ILoggingEvent> toFile(Path file) {
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setFile(file.toString());
        return appender;
    }
}
