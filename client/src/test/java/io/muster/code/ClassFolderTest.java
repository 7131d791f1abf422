package io.muster.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassFolderTest {
  @TempDir Path temp;

  private static byte[] packed(Path folder) throws IOException {
    try (InputStream jar = new ClassFolder(folder).open()) {
      return jar.readAllBytes();
    }
  }

  @Test
  void theSameContentIsTheSameJarWhereverAndWheneverItWasBuilt() throws Exception {
    Path one = Jars.folder(temp.resolve("one"), "a/A.class", "a/b/B.class", "text", "a.txt");
    Path other = Jars.folder(temp.resolve("other"), "text", "a.txt", "a/b/B.class", "a/A.class");
    Files.setLastModifiedTime(
        other.resolve("text"), FileTime.from(Instant.parse("2001-02-03T04:05:06Z")));
    byte[] here = packed(one);
    TimeZone zone = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
      assertThat(packed(other)).isEqualTo(here);
    } finally {
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void theJarHasTheFoldersNamesAndContentsSorted() throws Exception {
    Path folder = Jars.folder(temp.resolve("classes"), "b/B.class", "a/A.class", "a.txt");
    Files.createDirectories(folder.resolve("empty"));
    List<String> names = new ArrayList<>();
    List<String> contents = new ArrayList<>();
    try (ZipInputStream jar = new ZipInputStream(new ClassFolder(folder).open())) {
      for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
        names.add(entry.getName());
        contents.add(new String(jar.readAllBytes()));
      }
    }
    assertThat(names).containsExactly("a.txt", "a/", "a/A.class", "b/", "b/B.class", "empty/");
    assertThat(contents).containsExactly("a.txt", "", "a/A.class", "", "b/B.class", "");
  }

  @Test
  void aChangedFileIsAnotherStampAndAnotherJar() throws Exception {
    ClassFolder folder = new ClassFolder(Jars.folder(temp.resolve("classes"), "a/A.class"));
    CodeEntry.Stamp before = folder.stamp();
    byte[] jar = packed(folder.path());
    Files.writeString(folder.path().resolve("a/A.class"), "other");

    assertThat(folder.stamp()).isNotEqualTo(before);
    assertThat(packed(folder.path())).isNotEqualTo(jar);
  }

  @Test
  void hiddenFoldersStayHere() throws Exception {
    Path plain = Jars.folder(temp.resolve("plain"), "A.class");
    Path checkout = Jars.folder(temp.resolve("checkout"), "A.class", ".git/objects/1");

    assertThat(packed(checkout)).isEqualTo(packed(plain));
  }

  @Test
  void aLinkToAFolderAboveEndsThere() throws Exception {
    Path folder = Jars.folder(temp.resolve("classes"), "A.class");
    byte[] before = packed(folder);
    Files.createSymbolicLink(folder.resolve("again"), folder);

    assertThat(packed(folder)).isEqualTo(before);
  }

  @Test
  void aFolderThatIsNotThereIsNoJar() {
    assertThatThrownBy(() -> packed(temp.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void nothingIsLeftBehind() throws Exception {
    Path folder = Jars.folder(temp.resolve("classes"), "A.class");
    String before = System.setProperty("java.io.tmpdir", temp.toString());
    try {
      packed(folder);
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
    try (var left = Files.list(temp)) {
      assertThat(left).containsExactly(folder);
    }
  }
}
