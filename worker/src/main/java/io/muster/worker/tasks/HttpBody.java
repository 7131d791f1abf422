package io.muster.worker.tasks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server sent, or where it is saved.
 *
 * @param file that it is saved in; null: it is in {@code bytes}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HttpBody(byte[] bytes, Charset charset, @Nullable Path file, long size, String sha256) {
  private static final Pattern CHARSET = Pattern.compile("charset=\"?([^\\s;\"]+)");

  /** It is not taken as it comes. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  void into(Map<String, Object> told) {
    told.put("size", size);
    told.put("sha256", sha256);
    if (file != null) {
      told.put("file", file.toString());
      return;
    }
    try {
      told.put("body", charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) { // no text
      told.put("body", Base64.getEncoder().encodeToString(bytes));
      told.put("bodyEncoding", "base64");
    }
  }

  /** The one that the server names, if it is known here. */
  private static Charset charset(HttpHeaders headers) {
    Matcher named = CHARSET.matcher(headers.firstValue("Content-Type").orElse(""));
    try {
      return named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return StandardCharsets.UTF_8;
    }
  }

  /** Reads one; no more of it than is wanted. */
  static final class Reader implements BodySubscriber<HttpBody> {
    private final HttpHeaders headers;
    private final long most;
    private final @Nullable Path file;
    private final CompletableFuture<HttpBody> body = new CompletableFuture<>();
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private final MessageDigest digest = sha256();
    private OutputStream to = memory;
    private long size;
    private Flow.@Nullable Subscription subscription;

    /**
     * @param most bytes
     * @param file to save it in, or null
     */
    Reader(HttpHeaders headers, long most, @Nullable Path file) {
      this.headers = headers;
      this.most = most;
      this.file = file;
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }

    @Override
    public CompletionStage<HttpBody> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      try {
        if (headers.firstValueAsLong("Content-Length").orElse(0) > most) {
          throw tooLong();
        }
        if (file != null) {
          Files.createDirectories(file.getParent());
          to = Files.newOutputStream(part(file));
        }
        given.request(Long.MAX_VALUE);
      } catch (RefusedException e) {
        refuse(e);
      } catch (NumberFormatException e) {
        refuse(new RefusedException("says a Content-Length that is no number", e));
      } catch (IOException e) {
        refuse(unsaved(e));
      }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      if (body.isDone()) {
        return;
      }
      try {
        for (ByteBuffer buffer : buffers) {
          take(buffer);
        }
      } catch (RefusedException e) {
        refuse(e);
      } catch (IOException e) {
        refuse(unsaved(e));
      }
    }

    private void take(ByteBuffer buffer) throws IOException {
      byte[] some = new byte[buffer.remaining()];
      buffer.get(some);
      size += some.length;
      if (size > most) {
        throw tooLong();
      }
      digest.update(some);
      to.write(some);
    }

    private RefusedException tooLong() {
      return new RefusedException(
          "sends a body of more than " + most + " bytes (--arg max-size)", null);
    }

    private static RefusedException unsaved(IOException why) {
      return new RefusedException("has answered, but that can't be saved: " + why, why);
    }

    private void refuse(RefusedException why) {
      if (subscription != null) {
        subscription.cancel();
      }
      onError(why);
    }

    @Override
    public void onError(Throwable failure) {
      try {
        to.close();
        if (file != null) {
          Files.deleteIfExists(part(file));
        }
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      try {
        to.close();
        if (file != null) {
          Files.move(part(file), file, StandardCopyOption.REPLACE_EXISTING);
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        body.complete(new HttpBody(memory.toByteArray(), charset(headers), file, size, sha256));
      } catch (IOException e) {
        body.completeExceptionally(unsaved(e));
      }
    }

    private static Path part(Path file) {
      return file.resolveSibling(file.getFileName() + ".part");
    }
  }
}
