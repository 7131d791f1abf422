package io.muster.client.trust;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/** A certificate with a node's mark, of an authority whose key nobody has any more. */
final class TestCertificate {
  static final String PEM =
      """
      -----BEGIN CERTIFICATE-----
      MIIBqjCCAVCgAwIBAgIUUAhjDEWzVO1sg8CIxqR44dU3t2AwCgYIKoZIzj0EAwIw
      ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEzMDA3NDk1MFoYDzIxMjYxMTA2MDc0
      OTUwWjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
      AATQ/ghinW4pXOSFGKwcmMM9D5NI2CvAUfQPnK1nBs0RSNxtHg+kf57yJg9sScY9
      VqM8zd1G+A5oYiKs4eQeuJBNo4GDMIGAMB0GA1UdDgQWBBQv9eLn/ayqGuYYCOFN
      jiR7231JOzAfBgNVHSMEGDAWgBQv9eLn/ayqGuYYCOFNjiR7231JOzAPBgNVHRMB
      Af8EBTADAQH/MC0GA1UdEQQmMCSGEXVybjptdXN0ZXI6d29ya2Vygglsb2NhbGhv
      c3SHBH8AAAEwCgYIKoZIzj0EAwIDSAAwRQIgatfUcM1kJWZ5GdcA/HgJX+wlqWP8
      UKvFczdUxyDFufcCIQDCCmgaOQ34cCUxtoTOXj46CSTlZFFO7YNO9cInW7jCHw==
      -----END CERTIFICATE-----
      """;

  private TestCertificate() {}

  static X509Certificate certificate() throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(PEM.getBytes(StandardCharsets.US_ASCII)));
  }
}
