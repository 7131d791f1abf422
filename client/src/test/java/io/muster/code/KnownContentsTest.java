package io.muster.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.protocol.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownContentsTest {
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
  private static final int LARGE = 1 << 20;

  @TempDir Path temp;

  private Path file(int size, int first) throws IOException {
    byte[] bytes = new byte[size];
    bytes[0] = (byte) first;
    Path file = Files.write(temp.resolve("a.jar"), bytes);
    Files.setLastModifiedTime(file, LONG_AGO);
    return file;
  }

  private static BlobRef read(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      return ContentName.of(content, file.getFileName().toString());
    }
  }

  private KnownContents contents() {
    return new KnownContents(Optional.of(temp));
  }

  @Test
  void whatHasNotChangedIsNotReadAgainByThisProgramNorTheNext() throws Exception {
    CodeEntry entry = CodeEntry.at(file(LARGE, 1));
    BlobRef first = contents().nameOf(entry);
    file(LARGE, 2); // the same size, time and file: only reading would tell

    assertThat(contents().nameOf(entry)).isEqualTo(first).isNotEqualTo(read(entry.path()));
  }

  @Test
  void whatIsForgottenIsReadAgain() throws Exception {
    KnownContents contents = contents();
    CodeEntry entry = CodeEntry.at(file(LARGE, 1));
    contents.nameOf(entry);
    file(LARGE, 2);
    contents.forget(entry.path());

    assertThat(contents.nameOf(entry)).isEqualTo(read(entry.path()));
  }

  @Test
  void whatWasWrittenJustNowIsReadAgain() throws Exception {
    KnownContents contents = contents();
    CodeEntry entry = CodeEntry.at(file(LARGE, 1));
    FileTime now = FileTime.from(Instant.now().plusSeconds(5));
    Files.setLastModifiedTime(entry.path(), now);
    contents.nameOf(entry);
    file(LARGE, 2);
    Files.setLastModifiedTime(entry.path(), now);

    assertThat(contents.nameOf(entry)).isEqualTo(read(entry.path()));
  }

  @Test
  void aChangedSizeOrTimeIsReadAgain() throws Exception {
    KnownContents contents = contents();
    CodeEntry entry = CodeEntry.at(file(LARGE, 1));
    contents.nameOf(entry);
    file(LARGE + 1, 1);

    assertThat(contents.nameOf(entry)).isEqualTo(read(entry.path()));
  }

  @Test
  void aFileThatCanNotBeUsedIsAsGoodAsNone() throws Exception {
    Files.writeString(temp.resolve("contents"), "nonsense\na\tb\tc\td\n\n");
    CodeEntry entry = CodeEntry.at(file(LARGE, 1));

    assertThat(contents().nameOf(entry)).isEqualTo(read(entry.path()));
    assertThat(new KnownContents(Optional.of(temp.resolve("missing"))).nameOf(entry))
        .isEqualTo(read(entry.path()));
    assertThat(new KnownContents(Optional.empty()).nameOf(entry)).isEqualTo(read(entry.path()));
  }

  @Test
  void theFileStaysSmall() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      lines.append("0".repeat(64)).append("\t1\tstamp\t/file").append(i).append('\n');
    }
    Files.writeString(temp.resolve("contents"), lines);
    contents().nameOf(CodeEntry.at(file(1, 1)));

    assertThat(Files.readAllLines(temp.resolve("contents")))
        .hasSize(1000)
        .last()
        .asString()
        .endsWith("/file4999");
  }
}
