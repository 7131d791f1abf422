package io.muster.deploy.it;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import org.testcontainers.DockerClientFactory;

/** The Docker Engine of this machine, if it has one. Nothing is pulled. */
final class DockerEngine {
  private DockerEngine() {}

  /** Whether there is an engine, with this image. */
  static boolean has(String image) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return false;
    }
    try {
      client().inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  static DockerClient client() {
    return DockerClientFactory.lazyClient();
  }

  /** Bytes of an image with all of its layers. */
  static long size(String image) {
    Long size = client().inspectImageCmd(image).exec().getSize();
    return size == null ? 0 : size;
  }

  /** Builds an image of a folder with a Dockerfile, on this base. */
  static void build(String image, Path folder, String base) {
    try {
      Process tar =
          new ProcessBuilder("tar", "-C", folder.toString(), "-c", ".")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (InputStream context = tar.getInputStream()) {
        client()
            .buildImageCmd(context)
            .withBuildArg("BASE", base)
            .withTags(Set.of(image))
            .withPull(false)
            .exec(new BuildImageResultCallback())
            .awaitImageId();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
