package io.muster.coordinator.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Reads a job's inputs one by one, so that any number of them fits. */
abstract class InputSource implements Iterator<byte[]>, AutoCloseable {
  private final InputStream in;
  private byte @Nullable [] next;
  private boolean ended;
  private boolean any;

  private InputSource(InputStream in) {
    this.in = in;
  }

  /** The next input, or null behind the last. */
  abstract byte @Nullable [] read() throws IOException;

  @Override
  public boolean hasNext() {
    try {
      if (next == null && !ended) {
        next = read();
        ended = next == null;
      }
      return next != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    byte[] input = next;
    next = null;
    any = true;
    return input;
  }

  /** Whether there was none until the end. */
  boolean isEmpty() {
    return ended && !any;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** A file to read, or standard input for {@code -}. */
  static InputStream open(String option, String file, Surroundings machine) throws IOException {
    if (file.equals("-")) {
      return new BufferedInputStream(machine.in());
    }
    Path path = machine.folder().resolve(file);
    if (!Files.exists(path)) {
      throw new Refused(ExitCode.NOT_FOUND, option + ": no such file: " + file);
    }
    if (Files.isDirectory(path) || !Files.isReadable(path)) {
      throw new Refused(ExitCode.NOT_FOUND, option + ": not a file that can be read: " + file);
    }
    return new BufferedInputStream(Files.newInputStream(path), 64 * 1024);
  }

  /** An input a line. */
  static final class Lines extends InputSource {
    private final InputStream in;
    private final String name;
    private final boolean asJson;
    private long number;

    /**
     * @param asJson each as a JSON string, else its bytes as they are
     */
    Lines(InputStream in, String name, boolean asJson) {
      super(in);
      this.in = in;
      this.name = name;
      this.asJson = asJson;
    }

    @Override
    byte @Nullable [] read() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int read = in.read();
      if (read < 0) {
        return null;
      }
      number++;
      while (read >= 0 && read != '\n') {
        line.write(read);
        read = in.read();
      }
      byte[] bytes = line.toByteArray();
      int length = bytes.length;
      if (read == '\n' && length > 0 && bytes[length - 1] == '\r') {
        bytes = java.util.Arrays.copyOf(bytes, length - 1);
      }
      return asJson ? quoted(bytes) : bytes;
    }

    private byte[] quoted(byte[] bytes) {
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        byte[] inside = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        return ByteBuffer.allocate(inside.length + 2)
            .put((byte) '"')
            .put(inside)
            .put((byte) '"')
            .array();
      } catch (CharacterCodingException e) {
        throw new Refused(
            ExitCode.WRONG_USAGE, "--lines: " + name + ": line " + number + " is not UTF-8");
      }
    }
  }

  /** An input an entry of a JSON array. */
  static final class Entries extends InputSource {
    private final JsonFactory factory = new JsonFactory();
    private final JsonParser parser;
    private final String name;
    private boolean begun;

    Entries(InputStream in, String name) throws IOException {
      super(in);
      this.name = name;
      try {
        parser = factory.createParser(in);
      } catch (CharConversionException e) {
        throw notText(name, e);
      }
    }

    private static Refused notText(String name, CharConversionException e) {
      return new Refused(
          ExitCode.WRONG_USAGE,
          "--json: " + name + " is not UTF-8: " + Text.oneLine(String.valueOf(e.getMessage())));
    }

    @Override
    byte @Nullable [] read() throws IOException {
      try {
        if (!begun) {
          begun = true;
          if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw new Refused(
                ExitCode.WRONG_USAGE, "--json: " + name + " is not a JSON array of inputs");
          }
        }
        JsonToken token = parser.nextToken();
        if (token == JsonToken.END_ARRAY || token == null) {
          if (token == null || parser.nextToken() != null) {
            throw new Refused(
                ExitCode.WRONG_USAGE,
                "--json: "
                    + name
                    + ": "
                    + (token == null ? "ends within" : "more behind")
                    + " the array");
          }
          return null;
        }
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        try (JsonGenerator copy = factory.createGenerator(entry)) {
          copy.copyCurrentStructureExact(parser);
        }
        return entry.toByteArray();
      } catch (JsonProcessingException e) {
        throw new Refused(
            ExitCode.WRONG_USAGE,
            "--json: " + name + ": " + where(e) + Text.oneLine(e.getOriginalMessage()));
      } catch (CharConversionException e) {
        throw notText(name, e);
      } catch (NumberFormatException e) { // an exponent that no number has
        throw new Refused(
            ExitCode.WRONG_USAGE,
            "--json: "
                + name
                + ": a number that is none: "
                + Text.oneLine(String.valueOf(e.getMessage())));
      }
    }

    /** Nothing for what is wrong with the whole, such as how deep it is nested. */
    private static String where(JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      return at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    }
  }
}
