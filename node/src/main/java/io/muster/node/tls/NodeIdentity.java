package io.muster.node.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials that a node has now. What listens takes them from here at each new connection, so
 * that others may take their place while it runs. Any thread.
 */
public final class NodeIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(NodeIdentity.class);

  private final AtomicReference<@Nullable Current> current = new AtomicReference<>();

  /** A session that one set of credentials made is not taken up again under the next. */
  private record Current(Credentials credentials, SSLContext peers) {}

  /** From here on these are shown, and those are believed. */
  public void replace(Credentials credentials) {
    try {
      SSLContext peers = SSLContext.getInstance("TLSv1.3");
      peers.init(
          new KeyManager[] {new Keys(() -> credentials)},
          new TrustManager[] {new PeerTrust(credentials.authorities())},
          null);
      current.set(new Current(credentials, peers));
      LOG.info(
          "certificate '{}' until {}",
          credentials.own().getSubjectX500Principal().getName(),
          credentials.own().getNotAfter().toInstant());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS 1.3", e);
    }
  }

  public boolean isThere() {
    return current.get() != null;
  }

  /** Throws {@link IllegalStateException} while there are none. */
  public Credentials credentials() {
    return now().credentials();
  }

  private Current now() {
    Current now = current.get();
    if (now == null) {
      throw new IllegalStateException("this node has no certificate yet");
    }
    return now;
  }

  /** For connections between nodes: both sides show a certificate. */
  SSLContext peers() {
    return now().peers();
  }

  /** For servers whose clients show no certificate. */
  public KeyManager keys() {
    return new Keys(this::credentials);
  }

  /** The same, for an HTTP server. */
  public SSLContext server() {
    try {
      SSLContext server = SSLContext.getInstance("TLS");
      server.init(new KeyManager[] {keys()}, new TrustManager[0], null);
      return server;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  /** One key and its chain, for whoever asks. */
  private static final class Keys extends X509ExtendedKeyManager {
    private static final String ALIAS = "node";

    private final java.util.function.Supplier<Credentials> credentials;

    Keys(java.util.function.Supplier<Credentials> credentials) {
      this.credentials = credentials;
    }

    private @Nullable String fitting(String... types) {
      String algorithm = credentials.get().key().getAlgorithm();
      for (String type : types) {
        if (type.startsWith(algorithm) || (type.startsWith("RSA") && algorithm.equals("RSA"))) {
          return ALIAS;
        }
      }
      return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return fitting(type);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return fitting(types);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return fitting(type);
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return fitting(types);
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return credentials.get().chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return credentials.get().key();
    }
  }
}
