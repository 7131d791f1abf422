package io.muster.coordinator.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.muster.client.model.AnswerStream;
import io.muster.client.model.Value;
import io.muster.client.wire.CoordinatorApi;
import java.io.BufferedInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Values as they are printed. Large ones pass through a file, never through memory as a whole. */
final class ShownValues {
  private static final JsonFactory JSON = new JsonFactory();

  /** Results may be as long as their job allows. */
  private static final JsonFactory LARGE_JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private final CoordinatorApi cluster;

  ShownValues(CoordinatorApi cluster) {
    this.cluster = cluster;
  }

  /** The value as JSON: itself, as a string if it is UTF-8, else in Base64. */
  void json(Value value, JsonGenerator to) throws IOException {
    if (value.blob() == null) {
      small(value, to);
      return;
    }
    Path file = fetched(value.blob());
    try {
      large(value.encoding(), file, to);
    } finally {
      Files.delete(file);
    }
  }

  /** How {@link #json} has put it: {@code json}, {@code text}, {@code base64} or {@code java}. */
  String encoding(Value value) throws IOException {
    return switch (value.encoding()) {
      case JSON -> "json";
      case JAVA -> "java";
      case BYTES -> isText(value) ? "text" : "base64";
    };
  }

  private boolean isText(Value value) throws IOException {
    if (value.blob() == null) {
      return text(value.bytes()) != null;
    }
    Utf8Check check = new Utf8Check();
    try (AnswerStream<byte[]> pieces = cluster.content(value.blob())) {
      while (pieces.hasNext()) {
        check.take(pieces.next());
      }
    }
    return check.isText();
  }

  private static void small(Value value, JsonGenerator to) throws IOException {
    String text = text(value.bytes());
    if (value.encoding() == Value.Encoding.JSON) {
      to.writeRawValue(text == null || text.isEmpty() ? "null" : text);
    } else if (value.encoding() == Value.Encoding.BYTES && text != null) {
      to.writeString(text);
    } else {
      to.writeBinary(value.bytes());
    }
  }

  private static void large(Value.Encoding encoding, Path file, JsonGenerator to)
      throws IOException {
    if (encoding == Value.Encoding.JSON) {
      to.writeRawValue("");
      try (Reader text = Files.newBufferedReader(file)) {
        char[] some = new char[8192];
        for (int read = text.read(some); read >= 0; read = text.read(some)) {
          to.writeRaw(some, 0, read);
        }
      }
    } else if (encoding == Value.Encoding.BYTES && isUtf8(file)) {
      try (Reader text = Files.newBufferedReader(file)) {
        to.writeString(text, -1);
      }
    } else {
      try (InputStream bytes = Files.newInputStream(file)) {
        to.writeBinary(bytes, Math.toIntExact(Files.size(file)));
      }
    }
  }

  private static boolean isUtf8(Path file) throws IOException {
    Utf8Check check = new Utf8Check();
    try (InputStream bytes = Files.newInputStream(file)) {
      byte[] some = bytes.readNBytes(8192);
      while (some.length > 0) {
        check.take(some);
        some = bytes.readNBytes(8192);
      }
    }
    return check.isText();
  }

  private Path fetched(Value.Blob blob) throws IOException {
    Path file = Files.createTempFile("muster", ".value");
    try (OutputStream to = Files.newOutputStream(file);
        AnswerStream<byte[]> pieces = cluster.content(blob)) {
      while (pieces.hasNext()) {
        to.write(pieces.next());
      }
    }
    return file;
  }

  /** The value as it is, for people and pipes: a JSON string without its quotes. */
  void plain(Value value, OutputStream to) throws IOException {
    if (value.blob() != null) {
      largePlain(value.encoding(), value.blob(), to);
      return;
    }
    switch (value.encoding()) {
      case JSON -> to.write(unquoted(value.bytes()));
      case BYTES -> to.write(value.bytes());
      case JAVA -> to.write(Base64.getEncoder().encode(value.bytes()));
    }
  }

  private void largePlain(Value.Encoding encoding, Value.Blob blob, OutputStream to)
      throws IOException {
    Path file = fetched(blob);
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
      bytes.mark(1);
      boolean quoted = encoding == Value.Encoding.JSON && bytes.read() == '"';
      bytes.reset();
      if (quoted) {
        Writer text = new OutputStreamWriter(to, StandardCharsets.UTF_8);
        try (JsonParser parser = LARGE_JSON.createParser(bytes)) {
          parser.nextToken();
          parser.getText(text);
        }
        text.flush();
      } else if (encoding == Value.Encoding.JAVA) {
        OutputStream base64 = Base64.getEncoder().wrap(new Unclosed(to));
        bytes.transferTo(base64);
        base64.close();
      } else {
        bytes.transferTo(to);
      }
    } finally {
      Files.delete(file);
    }
  }

  /** Base64 ends its last group when it is closed, and what it writes to goes on. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream to) {
      super(to);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() {}
  }

  private static byte[] unquoted(byte[] bytes) throws IOException {
    if (bytes.length == 0 || bytes[0] != '"') {
      return bytes;
    }
    try (JsonParser parser = JSON.createParser(bytes)) {
      return parser.nextToken() == JsonToken.VALUE_STRING
          ? parser.getText().getBytes(StandardCharsets.UTF_8)
          : bytes;
    }
  }

  private static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Looks at bytes piece by piece. */
  private static final class Utf8Check {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer chars = CharBuffer.allocate(4096);
    private ByteBuffer left = ByteBuffer.allocate(0);
    private boolean bad;

    void take(byte[] bytes) {
      ByteBuffer all = ByteBuffer.allocate(left.remaining() + bytes.length);
      all.put(left).put(bytes).flip();
      CoderResult result = CoderResult.OVERFLOW;
      while (!bad && result.isOverflow()) {
        result = decoder.decode(all, chars.clear(), false);
        bad = result.isError();
      }
      left = all;
    }

    boolean isText() {
      return !bad && !left.hasRemaining();
    }
  }
}
