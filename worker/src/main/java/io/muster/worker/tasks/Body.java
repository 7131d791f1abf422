package io.muster.worker.tasks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** What a server sent, or where it is saved. */
final class Body {
  private final byte[] bytes;
  private final @Nullable Path file;
  private final long size;
  private final String sha256;

  private Body(byte[] bytes, @Nullable Path file, long size, String sha256) {
    this.bytes = bytes;
    this.file = file;
    this.size = size;
    this.sha256 = sha256;
  }

  void into(Map<String, Object> result) {
    result.put("size", size);
    result.put("sha256", sha256);
    if (file != null) {
      result.put("file", file.toString());
      return;
    }
    try {
      result.put(
          "body", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      result.put("body", Base64.getEncoder().encodeToString(bytes));
      result.put("bodyEncoding", "base64");
    }
  }

  /**
   * Reads one.
   *
   * @param most bytes; a longer one is refused as soon as it gets there
   * @param file to save it in, or null
   */
  static BodySubscriber<Body> reader(URI uri, long most, @Nullable Path file) {
    return new Reader(uri, most, file);
  }

  private static final class Reader implements BodySubscriber<Body> {
    private final URI uri;
    private final long most;
    private final @Nullable Path file;
    private final CompletableFuture<Body> body = new CompletableFuture<>();
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private final MessageDigest digest;
    private OutputStream to = memory;
    private long size;
    private Flow.@Nullable Subscription subscription;

    Reader(URI uri, long most, @Nullable Path file) {
      this.uri = uri;
      this.most = most;
      this.file = file;
      try {
        digest = MessageDigest.getInstance("SHA-256");
        if (file != null) {
          Path folder = file.toAbsolutePath().getParent();
          if (folder != null) {
            Files.createDirectories(folder);
          }
          to = Files.newOutputStream(file);
        }
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot save in " + file + ": " + e.getMessage(), e);
      }
    }

    @Override
    public CompletionStage<Body> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      if (body.isDone()) {
        return;
      }
      try {
        for (ByteBuffer buffer : buffers) {
          byte[] some = new byte[buffer.remaining()];
          buffer.get(some);
          size += some.length;
          if (size > most) {
            throw new IOException(
                HttpTask.place(uri) + " sends more than the max-size of " + most + " bytes");
          }
          digest.update(some);
          to.write(some);
        }
      } catch (IOException e) {
        if (subscription != null) {
          subscription.cancel();
        }
        onError(e);
      }
    }

    @Override
    public void onError(Throwable failure) {
      try {
        to.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      try {
        to.close();
        String sha256 = HexFormat.of().formatHex(digest.digest());
        body.complete(new Body(memory.toByteArray(), file, size, sha256));
      } catch (IOException e) {
        body.completeExceptionally(e);
      }
    }
  }
}
