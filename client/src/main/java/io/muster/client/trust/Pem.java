package io.muster.client.trust;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys as PEM text. */
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----", Pattern.DOTALL);
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY = "PRIVATE KEY";
  private static final int LONGEST_FILE = 1 << 20;

  private Pem() {}

  /** All certificates of a file, at least one. */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> found = new ArrayList<>();
    Matcher block = BLOCK.matcher(text(file));
    while (block.find()) {
      if (block.group(1).equals(CERTIFICATE)) {
        found.add(certificate(file, decoded(file, block.group(2))));
      }
    }
    if (found.isEmpty()) {
      throw new IOException(file + " has no certificate (PEM)");
    }
    return found;
  }

  private static X509Certificate certificate(Path file, byte[] der) throws IOException {
    try {
      return certificate(der);
    } catch (CertificateException e) {
      throw new IOException(file + " has a certificate that cannot be read", e);
    }
  }

  /** One certificate from DER. */
  public static X509Certificate certificate(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /** The one private key of a file: PKCS#8, not encrypted; RSA or EC. */
  public static PrivateKey key(Path file) throws IOException {
    Matcher block = BLOCK.matcher(text(file));
    while (block.find()) {
      if (block.group(1).equals(KEY)) {
        return key(file, decoded(file, block.group(2)));
      }
      if (block.group(1).endsWith(KEY)) {
        throw new IOException(
            file
                + " has an '"
                + block.group(1)
                + "': it has to be PKCS#8 without a password ('openssl pkcs8 -topk8 -nocrypt'"
                + " makes one)");
      }
    }
    throw new IOException(file + " has no private key (PEM)");
  }

  private static PrivateKey key(Path file, byte[] der) throws IOException {
    for (String algorithm : List.of("EC", "RSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        continue; // of the other kind, perhaps
      } catch (GeneralSecurityException e) {
        throw new IOException(file + " has a private key that cannot be read", e);
      }
    }
    throw new IOException(file + " has a private key that is neither RSA nor EC");
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > LONGEST_FILE) {
      throw new IOException(file + " is too large for certificates");
    }
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private static byte[] decoded(Path file, String base64) throws IOException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is not PEM", e);
    }
  }

  public static String text(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder();
    try {
      for (X509Certificate each : certificates) {
        text.append(block(CERTIFICATE, each.getEncoded()));
      }
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
    return text.toString();
  }

  public static String text(PrivateKey key) {
    return block(KEY, key.getEncoded());
  }

  private static String block(String kind, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
  }
}
