package io.muster.examples;

import io.muster.client.Muster;
import io.muster.client.Pool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.coobird.thumbnailator.Thumbnails;

/**
 * Makes the pictures of a folder smaller, with a library that nobody installed on the workers: it
 * is on this program's class path and travels by itself. Pictures travel as bytes, so the workers
 * need not see the folder; {@code imap} keeps only a few of them in memory.
 */
public final class ImageResize {
  private ImageResize() {}

  static byte[] resized(byte[] picture, int most) throws IOException {
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    Thumbnails.of(new ByteArrayInputStream(picture)).size(most, most).toOutputStream(small);
    return small.toByteArray();
  }

  private static boolean isPicture(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.(jpe?g|png)");
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * Arguments: a folder of pictures, a folder for the small ones, and a cluster's HOST:PORT or
   * nothing.
   */
  public static void main(String[] args) throws Exception {
    Path from = Path.of(args[0]);
    Path to = Files.createDirectories(Path.of(args[1]));
    List<Path> files;
    try (Stream<Path> all = Files.list(from)) {
      files = all.filter(ImageResize::isPicture).sorted().toList();
    }
    int most = 320;
    try (Muster muster = args.length < 3 ? Muster.local() : Muster.connect(args[2]);
        Pool pool = muster.pool()) {
      Iterable<byte[]> pictures = () -> files.stream().map(ImageResize::bytes).iterator();
      Iterator<byte[]> small = pool.imap(picture -> resized(picture, most), pictures);
      for (Path file : files) {
        Files.write(to.resolve(file.getFileName()), small.next());
      }
    }
    System.out.println(files.size() + " pictures, at most " + most + " pixels wide and high");
  }
}
