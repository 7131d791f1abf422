package io.muster.coordinator.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Sizes such as {@code 256m}, durations such as {@code 1h30m} and rates such as {@code 200/s}, as
 * options say them.
 */
final class Amounts {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,18})([kmgt]?)b?");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

  private static final Pattern RATE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(?:/([smh]))?");

  private Amounts() {}

  /** So many a second. */
  static final class Rate implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      Matcher rate = RATE.matcher(text);
      if (!rate.matches()) {
        throw new TypeConversionException("'" + text + "' is not a rate such as 200/s or 30/m");
      }
      double amount = Double.parseDouble(rate.group(1));
      String unit = rate.group(2);
      return unit == null || unit.equals("s") ? amount : amount / (unit.equals("m") ? 60 : 3600);
    }
  }

  /** In bytes; {@code k}, {@code m}, {@code g}, {@code t} are powers of 1,024. */
  static final class Size implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
      if (size.matches()) {
        int power = size.group(2).isEmpty() ? 0 : "kmgt".indexOf(size.group(2)) + 1;
        try {
          return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << (10 * power));
        } catch (ArithmeticException e) {
          throw new TypeConversionException("'" + text + "' is too large");
        }
      }
      throw new TypeConversionException("'" + text + "' is not a size such as 512k, 256m or 2g");
    }
  }

  /** Parts with units one behind the other. */
  static final class Span implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      Matcher part = DURATION.matcher(text);
      Duration whole = Duration.ZERO;
      int at = 0;
      while (part.find() && part.start() == at) {
        whole = whole.plus(duration(Long.parseLong(part.group(1)), part.group(2)));
        at = part.end();
      }
      if (at == 0 || at < text.length() || whole.toDays() > 36_500) {
        throw new TypeConversionException(
            "'" + text + "' is not a duration such as 500ms, 30s, 10m or 1h30m");
      }
      return whole;
    }

    private static Duration duration(long amount, String unit) {
      return switch (unit) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    }
  }
}
