package io.muster.node.tls;

import io.muster.client.trust.Authorities;
import io.muster.client.trust.NodeMark;
import io.muster.client.trust.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Credentials in PEM files that somebody else puts there, and may replace while the node runs.
 *
 * @param certificate the node's own, then those in between if there are any
 * @param key PKCS#8
 * @param ca the authorities that are believed
 */
public record CredentialFiles(Path certificate, Path key, Path ca) {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialFiles.class);
  private static final Duration LOOK = Duration.ofSeconds(2);

  /**
   * What they hold now.
   *
   * @param mark what the certificate has to be marked as
   * @throws IOException with a line that names the file
   */
  public Credentials read(NodeMark mark) throws IOException {
    try {
      List<X509Certificate> chain = Pem.certificates(certificate);
      Credentials read = Credentials.checked(Pem.key(key), chain, Authorities.read(ca));
      if (!NodeMark.of(chain.get(0)).contains(mark)) {
        throw new IOException(
            certificate
                + " lacks the alternative name URI:"
                + mark.uri()
                + ", which nodes know each other by ('muster certs' makes such ones)");
      }
      return read;
    } catch (CertificateException e) {
      throw new IOException(certificate + ": " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new IOException("no such file: " + e.getMessage(), e);
    }
  }

  /** Looks at the files every few seconds from here on; what cannot be read changes nothing. */
  public void follow(NodeMark mark, NodeIdentity identity) {
    Thread thread =
        new Thread(
            () -> {
              String seen = "";
              while (true) {
                seen = look(seen, mark, identity);
                try {
                  Thread.sleep(LOOK.toMillis());
                } catch (InterruptedException e) {
                  return;
                }
              }
            },
            "certificates");
    thread.setDaemon(true);
    thread.start();
  }

  private String look(String seen, NodeMark mark, NodeIdentity identity) {
    String now = "";
    try {
      now = stamp(certificate) + stamp(key) + stamp(ca);
      if (!now.equals(seen)) {
        Credentials read = read(mark);
        if (!identity.isThere() || !read.equals(identity.credentials())) {
          identity.replace(read);
        }
      }
    } catch (IOException e) {
      if (!now.equals(seen)) {
        LOG.warn("what was read before stays: {}", e.getMessage());
      }
    }
    return now;
  }

  private static String stamp(Path file) throws IOException {
    return Files.getLastModifiedTime(file) + " " + Files.size(file) + " ";
  }
}
