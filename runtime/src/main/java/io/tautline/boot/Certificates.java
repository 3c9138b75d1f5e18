package io.tautline.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS contexts from the files that people have: PEM, or a keystore. */
public final class Certificates {
  private static final char[] NO_PASSWORD = {};
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  static {
    // Without it a client of TLS 1.2 can make the server work by renegotiating again and again.
    if (System.getProperty("jdk.tls.rejectClientInitiatedRenegotiation") == null) {
      System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }
  }

  private Certificates() {}

  /**
   * Returns a server's context.
   *
   * @param chain PEM file of the server's certificate, followed by those that lead to its root
   * @param key PEM file of its private key, PKCS #8, without a password
   * @throws IOException if a file cannot be read or holds something else
   */
  public static SSLContext fromPem(Path chain, Path key) throws IOException {
    try (InputStream file = Files.newInputStream(chain)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(file);
      if (certificates.isEmpty()) {
        throw new IOException(chain + " holds no certificate");
      }
      KeyStore store = emptyStore();
      store.setKeyEntry(
          "server", privateKey(key), NO_PASSWORD, certificates.toArray(Certificate[]::new));
      return context(store, NO_PASSWORD);
    } catch (GeneralSecurityException e) {
      throw new IOException(chain + " and " + key + " make no TLS identity: " + e.getMessage(), e);
    }
  }

  /**
   * Returns a server's context from a PKCS #12 or JKS file.
   *
   * @throws IOException if the file cannot be read or the password is wrong
   */
  public static SSLContext fromKeyStore(Path file, char[] password) throws IOException {
    try {
      return context(KeyStore.getInstance(file.toFile(), password), password);
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " makes no TLS identity: " + e.getMessage(), e);
    }
  }

  /**
   * Returns a client's context that trusts the certificates of a PEM file and no others.
   *
   * @throws IOException if the file cannot be read
   */
  public static SSLContext trusting(Path certificates) throws IOException {
    try (InputStream file = Files.newInputStream(certificates)) {
      KeyStore store = emptyStore();
      int i = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
        store.setCertificateEntry("trusted" + i++, one);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(certificates + " holds no certificates: " + e.getMessage(), e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static SSLContext context(KeyStore store, char[] password)
      throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(
          file
              + " holds no PKCS #8 private key. Convert it: openssl pkcs8 -topk8 -nocrypt -in "
              + file
              + " -out key.pem");
    }
    byte[] encoded = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
    InvalidKeySpecException fault = null;
    for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException e) {
        fault = e; // perhaps a key of another algorithm
      }
    }
    throw new IOException(file + " holds a private key that is neither RSA, EC nor Ed25519", fault);
  }
}
