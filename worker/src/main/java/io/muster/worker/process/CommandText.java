package io.muster.worker.process;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of inputs as the text that Java hands to the operating system, and the substitution of
 * <code>{}</code> and <code>{#}</code>.
 */
final class CommandText {
  /** What Java encodes arguments and variables with. */
  private static final Charset NATIVE = nativeCharset();

  private static final Charset READ_AS =
      NATIVE.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : NATIVE;

  private CommandText() {}

  /** The arguments for one task; as they are when there is no input. */
  static List<String> argv(List<String> argv, byte @Nullable [] input, long index) {
    if (input == null) {
      return argv;
    }
    String text = decode(input);
    String number = Long.toString(index);
    return argv.stream().map(argument -> substitute(argument, text, number)).toList();
  }

  /** Text that becomes these bytes again, if the worker's locale can say them. */
  static String decode(byte[] bytes) {
    return new String(bytes, READ_AS);
  }

  /** Whether {@link #decode} keeps all that is in them. */
  static boolean isText(byte[] bytes) {
    return Arrays.equals(bytes, decode(bytes).getBytes(READ_AS));
  }

  /** Whether Java can hand this over unchanged. */
  static boolean canBePassed(String text) {
    return text.indexOf('\0') < 0 && NATIVE.newEncoder().canEncode(text);
  }

  static String locale() {
    return NATIVE.name();
  }

  /** One pass: what an input contains is not looked at again. */
  private static String substitute(String argument, String input, String index) {
    int brace = argument.indexOf('{');
    if (brace < 0) {
      return argument;
    }
    StringBuilder text = new StringBuilder(argument.length() + input.length());
    int at = 0;
    while (brace >= 0) {
      text.append(argument, at, brace);
      if (argument.startsWith("{}", brace)) {
        text.append(input);
        at = brace + 2;
      } else if (argument.startsWith("{#}", brace)) {
        text.append(index);
        at = brace + 3;
      } else {
        text.append('{');
        at = brace + 1;
      }
      brace = argument.indexOf('{', at);
    }
    return text.append(argument, at, argument.length()).toString();
  }

  private static Charset nativeCharset() {
    String name = System.getProperty("sun.jnu.encoding");
    return Runtime.version().feature() >= 18 && name != null && Charset.isSupported(name)
        ? Charset.forName(name)
        : Charset.defaultCharset();
  }
}
