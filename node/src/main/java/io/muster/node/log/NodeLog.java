package io.muster.node.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.slf4j.LoggerFactory;

/** A node's log: {@code NAME.log} in a folder, and at most three older ones of 8 MiB each. */
public final class NodeLog {
  private static final String FILE_SIZE = "8MB";
  private static final int OLDER_FILES = 3;

  private NodeLog() {}

  /** From here on everything that any library logs goes there, from INFO up. */
  public static void open(Path folder, String name) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender(context, folder, name));
    root.setLevel(Level.INFO);
    takeOverJavaLogging();
  }

  /** From here on warnings, of any library, go to standard error, and all else nowhere. */
  public static void warningsToStandardError() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context));
    appender.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
    root.setLevel(Level.WARN);
  }

  private static PatternLayoutEncoder encoder(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{36} - %msg%n");
    encoder.start();
    return encoder;
  }

  private static RollingFileAppender<ILoggingEvent> appender(
      LoggerContext context, Path folder, String name) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setFile(folder.resolve(name + ".log").toString());
    appender.setEncoder(encoder(context));

    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(folder.resolve(name + ".%i.log").toString());
    rolling.setMinIndex(1);
    rolling.setMaxIndex(OLDER_FILES);
    rolling.start();
    appender.setRollingPolicy(rolling);

    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(FileSize.valueOf(FILE_SIZE));
    size.start();
    appender.setTriggeringPolicy(size);
    appender.start();
    return appender;
  }

  /** gRPC and H2 log by java.util.logging, which would print on standard error. */
  private static void takeOverJavaLogging() {
    LogManager.getLogManager().reset();
    java.util.logging.Logger.getLogger("").addHandler(new ToSlf4j());
  }

  private static final class ToSlf4j extends Handler {
    @Override
    public void publish(LogRecord line) {
      String name = line.getLoggerName() == null ? "java" : line.getLoggerName();
      LoggerFactory.getLogger(name)
          .atLevel(level(line.getLevel().intValue()))
          .setCause(line.getThrown())
          .log(new java.util.logging.SimpleFormatter().formatMessage(line));
    }

    private static org.slf4j.event.Level level(int level) {
      if (level >= java.util.logging.Level.SEVERE.intValue()) {
        return org.slf4j.event.Level.ERROR;
      }
      if (level >= java.util.logging.Level.WARNING.intValue()) {
        return org.slf4j.event.Level.WARN;
      }
      return level >= java.util.logging.Level.INFO.intValue()
          ? org.slf4j.event.Level.INFO
          : org.slf4j.event.Level.DEBUG;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
