package io.muster.harness;

import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where one value is written, used again for the next. What grows beyond a message's size goes on
 * in a file; what grows beyond the job's limit is only counted. For one thread.
 */
final class EncodedValue extends OutputStream {
  /** The largest value that travels inside a message. */
  static final int INLINE = 60 * 1024;

  private static final int LONGEST_LONG = 20;

  private final Path unfinished;
  private final Path folder;
  private byte[] bytes = new byte[512];
  private long size;
  private long limit = Long.MAX_VALUE;
  private @Nullable Spill spill;
  private @Nullable BlobRef blob;
  private @Nullable IOException noRoom;

  /**
   * @param unfinished folder of this process's own, which goes with it
   * @param folder where large values are left, each in a file named by its SHA-256
   */
  EncodedValue(Path unfinished, Path folder) {
    this.unfinished = unfinished;
    this.folder = folder;
  }

  /** Forgets the value before. */
  void reset(long newLimit) {
    discard();
    blob = null;
    noRoom = null;
    size = 0;
    limit = newLimit;
  }

  long size() {
    return size;
  }

  byte[] bytes() {
    return bytes;
  }

  /**
   * Ends the value.
   *
   * @throws UncodableValueException if it is larger than the limit, or there was no room for it
   */
  void finish() throws UncodableValueException {
    if (size > limit) {
      throw UncodableValueException.tooLarge(size, limit);
    }
    if (spill != null) {
      try {
        blob = spill.keep(size);
        spill = null;
      } catch (IOException e) {
        giveUp(e);
      }
    }
    if (noRoom != null) {
      throw UncodableValueException.unkept(size, folder, noRoom);
    }
  }

  /** The file that an ended value is in, or null if it is in {@link #bytes}. */
  @Nullable BlobRef blob() {
    return blob;
  }

  @Override
  public void write(int b) throws IOException {
    if (size < INLINE) {
      need(1);
      bytes[(int) size++] = (byte) b;
    } else {
      write(new byte[] {(byte) b}, 0, 1);
    }
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    if (size + length <= INLINE) {
      need(length);
      System.arraycopy(source, offset, bytes, (int) size, length);
    } else if (size + length > limit) {
      discard();
    } else if (noRoom == null) {
      try {
        spilled().write(source, offset, length);
      } catch (IOException e) {
        giveUp(e);
      }
    }
    size += length;
  }

  private OutputStream spilled() throws IOException {
    if (spill == null) {
      spill = new Spill(unfinished, folder);
      spill.out.write(bytes, 0, (int) size);
    }
    return spill.out;
  }

  /** There is no room: the rest is only counted. */
  private void giveUp(IOException why) {
    noRoom = why;
    discard();
  }

  private void discard() {
    if (spill != null) {
      spill.discard();
      spill = null;
    }
  }

  /** Writes characters below 128. */
  void ascii(String text) throws IOException {
    int length = text.length();
    if (size + length > INLINE) {
      for (int i = 0; i < length; i++) {
        write(text.charAt(i));
      }
      return;
    }
    need(length);
    for (int i = 0; i < length; i++) {
      bytes[(int) size++] = (byte) text.charAt(i);
    }
  }

  /** Writes a number in decimal digits, without a garbage string. */
  void decimal(long number) throws IOException {
    if (number == Long.MIN_VALUE || size + LONGEST_LONG > INLINE) {
      ascii(Long.toString(number));
      return;
    }
    need(LONGEST_LONG);
    int at = (int) size;
    long rest = number;
    if (rest < 0) {
      bytes[at++] = '-';
      rest = -rest;
    }
    int digits = 1;
    for (long power = 10; digits < 19 && rest >= power; power *= 10) {
      digits++;
    }
    int end = at + digits;
    for (int i = end - 1; i >= at; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size = end;
  }

  private void need(int more) {
    int wanted = (int) size + more;
    if (wanted > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(wanted, Math.min(INLINE, 2 * bytes.length)));
    }
  }

  /** A value that has grown out of memory's reach. */
  private static final class Spill {
    private final Path folder;
    private final Path file;
    private final MessageDigest digest;
    private final OutputStream out;

    Spill(Path unfinished, Path folder) throws IOException {
      this.folder = folder;
      file = Files.createTempFile(unfinished, "value", ".part");
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
      out =
          new BufferedOutputStream(
              new DigestOutputStream(Files.newOutputStream(file), digest), 1 << 16);
    }

    BlobRef keep(long size) throws IOException {
      out.close();
      BlobId id = new BlobId(HexFormat.of().formatHex(digest.digest()));
      Files.move(file, folder.resolve(id.sha256()), StandardCopyOption.ATOMIC_MOVE);
      return new BlobRef(id, size, "");
    }

    void discard() {
      try {
        out.close();
      } catch (IOException e) {
        // What was still to be written is not wanted.
      }
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // Its folder is the process's own and goes with it.
      }
    }
  }
}
