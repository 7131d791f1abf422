package io.muster.worker.access;

import io.muster.client.trust.Authorities;
import io.muster.client.trust.Token;
import io.muster.node.tls.Credentials;
import io.muster.node.tls.NodeIdentity;
import io.muster.worker.wire.Api;
import io.muster.worker.wire.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches the worker's certificate from the API, and the next one in time. */
public final class Certificates {
  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
  private static final byte[] HEAD =
      "muster worker certificate\n".getBytes(StandardCharsets.US_ASCII);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

  private final WorkerAccess access;
  private final Api api;
  private boolean renewing;

  public Certificates(WorkerAccess access, Api api) {
    this.access = access;
    this.api = api;
  }

  /** Returns when there is one, unless none is needed. */
  public synchronized void require() throws ApiException {
    NodeIdentity identity = access.identity();
    if (access.isPlain() || access.files().isPresent()) {
      return;
    }
    if (!identity.isThere() || Instant.now().isAfter(identity.credentials().renewal())) {
      identity.replace(fetch());
    }
    if (!renewing) {
      renewing = true;
      Thread thread = new Thread(this::renew, "renewal");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private Credentials fetch() throws ApiException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      byte[] publicKey = pair.getPublic().getEncoded();
      Signature proof = Signature.getInstance("SHA256withECDSA");
      proof.initSign(pair.getPrivate());
      proof.update(HEAD);
      proof.update(publicKey);
      List<X509Certificate> chain = api.certificate(publicKey, proof.sign());
      return Credentials.checked(pair.getPrivate(), chain, authorities(chain));
    } catch (CertificateException e) {
      throw new ApiException("the certificate that was sent is not good: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no EC keys", e);
    }
  }

  /** The one that the token names, or those that were given. */
  private Authorities authorities(List<X509Certificate> chain) throws CertificateException {
    if (access.api().authorities().isPresent()) {
      return access.api().authorities().get();
    }
    String pinned = access.api().token().map(Token::fingerprint).orElse("");
    return chain.stream()
        .filter(each -> Authorities.fingerprint(each).equals(pinned))
        .findFirst()
        .map(authority -> new Authorities(List.of(authority)))
        .orElseThrow(() -> new CertificateException("it is of another authority than the token"));
  }

  private void renew() {
    while (true) {
      try {
        Thread.sleep(wait(access.identity().credentials()).toMillis());
        require();
      } catch (ApiException e) {
        LOG.warn("the certificate is not renewed: {}", e.text());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** A machine that sleeps does not wait while it does: looks again and again. */
  private static Duration wait(Credentials now) {
    Duration left = Duration.between(Instant.now(), now.renewal());
    if (left.compareTo(SHORTEST_WAIT) < 0) {
      return SHORTEST_WAIT;
    }
    return left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : left;
  }
}
