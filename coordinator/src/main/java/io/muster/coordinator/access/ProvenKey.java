package io.muster.coordinator.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;

/** A public key whose private key the sender has, as its signature shows. */
final class ProvenKey {
  private static final byte[] HEAD =
      "muster worker certificate\n".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST = 2_048;

  private ProvenKey() {}

  /** Throws {@link IllegalArgumentException} when it is not shown. */
  static PublicKey of(byte[] publicKey, byte[] proof) {
    if (publicKey.length > LONGEST || proof.length > LONGEST) {
      throw new IllegalArgumentException("the key is too long");
    }
    PublicKey key = read(publicKey);
    try {
      Signature signature =
          Signature.getInstance(
              key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initVerify(key);
      signature.update(HEAD);
      signature.update(publicKey);
      if (signature.verify(proof)) {
        return key;
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the proof of the key cannot be checked", e);
    }
    throw new IllegalArgumentException("the sender does not have the private key");
  }

  private static PublicKey read(byte[] publicKey) {
    for (String algorithm : List.of("EC", "RSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(publicKey));
      } catch (InvalidKeySpecException e) {
        continue; // of the other kind, perhaps
      } catch (GeneralSecurityException e) {
        throw new IllegalArgumentException("the key cannot be read", e);
      }
    }
    throw new IllegalArgumentException("the key is neither EC nor RSA");
  }
}
