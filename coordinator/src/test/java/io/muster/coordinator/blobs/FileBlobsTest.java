package io.muster.coordinator.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.coordinator.blobs.Blobs.Upload;
import io.muster.coordinator.blobs.Blobs.WrongContent;
import io.muster.protocol.BlobId;
import io.muster.protocol.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobsTest {
  @TempDir Path data;
  private long now;
  private FileBlobs blobs;

  @BeforeEach
  void openBlobs() throws IOException {
    blobs = new FileBlobs(data, () -> now);
    minutesPass(11);
  }

  private void minutesPass(int minutes) {
    now += TimeUnit.MINUTES.toNanos(minutes);
  }

  private static BlobRef ref(String content) throws NoSuchAlgorithmException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    byte[] sha = MessageDigest.getInstance("SHA-256").digest(bytes);
    return new BlobRef(new BlobId(HexFormat.of().formatHex(sha)), bytes.length, "name");
  }

  private void put(BlobRef blob, String... pieces) throws IOException {
    try (Upload upload = blobs.put(blob)) {
      for (String piece : pieces) {
        upload.write(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)));
      }
      upload.commit();
    }
  }

  @Test
  void whatWasPutIsGot() throws Exception {
    BlobRef blob = ref("hello blob");
    assertThat(blobs.missing(List.of(blob))).containsExactly(blob);
    put(blob, "hello ", "blob");
    assertThat(blobs.has(blob.id())).isTrue();
    assertThat(blobs.missing(List.of(blob))).isEmpty();
    try (InputStream in = blobs.get(blob.id())) {
      assertThat(in).hasContent("hello blob");
    }
    assertThat(data.resolve("blobs").resolve(blob.id().sha256().substring(0, 2)))
        .isDirectoryContaining(file -> file.endsWith(blob.id().sha256()));
  }

  @Test
  void putTwiceItIsThereOnce() throws Exception {
    put(ref("twice"), "twice");
    put(ref("twice"), "twice");
    assertThat(blobs.size()).isEqualTo(5);
  }

  @Test
  void otherContentThanTheNameSaysIsRefused() throws Exception {
    BlobRef blob = ref("right");
    assertThatThrownBy(() -> put(blob, "wrong"))
        .isInstanceOf(WrongContent.class)
        .hasMessageContaining(blob.id().sha256());
    assertThatThrownBy(() -> put(blob, "righ")).isInstanceOf(WrongContent.class);
    assertThatThrownBy(() -> put(blob, "right", "er"))
        .isInstanceOf(WrongContent.class)
        .hasMessageContaining("more than 5 bytes");
    assertThat(blobs.has(blob.id())).isFalse();
    assertThat(data.resolve("blobs/incoming")).isEmptyDirectory();
  }

  @Test
  void anUploadThatBrokeOffLeavesNothing() throws Exception {
    BlobRef blob = ref("never whole");
    try (Upload upload = blobs.put(blob)) {
      upload.write(ByteBuffer.wrap(new byte[] {1}));
    }
    assertThat(blobs.has(blob.id())).isFalse();
    assertThat(blobs.size()).isZero();
  }

  @Test
  void whatACrashLeftOfAnUploadIsDeletedAtStart() throws Exception {
    blobs.put(ref("crash"));
    new FileBlobs(data);
    assertThat(data.resolve("blobs/incoming")).isEmptyDirectory();
  }

  @Test
  void aBlobThatIsNotHereIsSaid() throws Exception {
    BlobRef blob = ref("nowhere");
    assertThatThrownBy(() -> blobs.get(blob.id())).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aSweepTakesWhatNobodyNamesWhenItsLeaseIsOver() throws Exception {
    BlobRef named = ref("named");
    BlobRef unnamed = ref("unnamed");
    BlobRef asked = ref("asked");
    put(named, "named");
    put(unnamed, "unnamed");
    put(asked, "asked");
    minutesPass(9);
    blobs.missing(List.of(asked));
    blobs.sweep(Set.of(named.id()));
    assertThat(blobs.has(unnamed.id())).isTrue();
    minutesPass(2);
    blobs.sweep(Set.of(named.id()));
    assertThat(blobs.has(named.id())).isTrue();
    assertThat(blobs.has(unnamed.id())).isFalse();
    assertThat(blobs.has(asked.id())).isTrue();
    minutesPass(10);
    blobs.sweep(Set.of(named.id()));
    assertThat(blobs.has(asked.id())).isFalse();
  }

  @Test
  void afterAStartNothingIsSweptForTenMinutes() throws Exception {
    put(ref("uploaded before"), "uploaded before");
    blobs = new FileBlobs(data, () -> now);
    minutesPass(9);
    blobs.sweep(Set.of());
    assertThat(blobs.has(ref("uploaded before").id())).isTrue();
    minutesPass(2);
    blobs.sweep(Set.of());
    assertThat(blobs.has(ref("uploaded before").id())).isFalse();
  }
}
