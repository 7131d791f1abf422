package io.muster.client.trust;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a node's certificate says of it, as a URI among its alternative names. */
public enum NodeMark {
  COORDINATOR("urn:muster:coordinator"),
  WORKER("urn:muster:worker");

  /** Of a URI that says by which token a worker got its certificate. */
  public static final String TOKEN = "urn:muster:token:";

  private static final int URI = 6;

  private final String uri;

  NodeMark(String uri) {
    this.uri = uri;
  }

  public String uri() {
    return uri;
  }

  /** None for a certificate that is no node's. */
  public static Set<NodeMark> of(X509Certificate certificate) {
    Set<NodeMark> marks = EnumSet.noneOf(NodeMark.class);
    List<String> uris = uris(certificate);
    for (NodeMark mark : values()) {
      if (uris.contains(mark.uri)) {
        marks.add(mark);
      }
    }
    return marks;
  }

  /** All URIs among a certificate's alternative names. */
  public static List<String> uris(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.get(0).equals(URI))
              .map(name -> String.valueOf(name.get(1)))
              .toList();
    } catch (CertificateParsingException e) {
      return List.of(); // what cannot be read is no mark
    }
  }
}
