package io.tautline.boot;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS contexts from the files that people have: PEM, or a keystore. */
public final class Certificates {
  private static final char[] NO_PASSWORD = {};

  private Certificates() {}

  /**
   * Returns a server's context.
   *
   * @param chain PEM file of the server's certificate, followed by those that lead to its root
   * @param key PEM file of its private key, PKCS #8, without a password; may be the same file
   * @throws IOException if a file cannot be read or holds something else, or the key is not that of
   *     the first certificate
   */
  public static SSLContext fromPem(Path chain, Path key) throws IOException {
    X509Certificate[] certificates = Pem.read(chain).certificates();
    PrivateKey own = Pem.read(key).privateKey();
    try {
      requirePair(chain, certificates, key, own);
      KeyStore store = emptyStore();
      store.setKeyEntry("server", own, NO_PASSWORD, certificates);
      return context(store, NO_PASSWORD);
    } catch (GeneralSecurityException e) {
      throw new IOException(chain + " and " + key + " make no TLS identity: " + e.getMessage(), e);
    }
  }

  /** Requires that the key is that of the first certificate: every handshake fails otherwise. */
  private static void requirePair(
      Path chain, X509Certificate[] certificates, Path key, PrivateKey own)
      throws IOException, GeneralSecurityException {
    if (isPair(certificates[0], own)) {
      return;
    }
    for (X509Certificate certificate : certificates) {
      if (isPair(certificate, own)) {
        throw new IOException(
            "the certificate of the private key in " + key + " must come first in " + chain);
      }
    }
    throw new IOException(
        "the private key in " + key + " is not that of the certificate in " + chain);
  }

  private static boolean isPair(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    Signature signature =
        Signature.getInstance(
            switch (key.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> key.getAlgorithm();
            });
    byte[] text = {1, 2, 3};
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(text);
    try {
      return signature.verify(signed);
    } catch (SignatureException e) {
      return false; // a key of another size
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
    X509Certificate[] trusted = Pem.read(certificates).certificates();
    try {
      KeyStore store = emptyStore();
      for (int i = 0; i < trusted.length; i++) {
        store.setCertificateEntry("trusted" + i, trusted[i]);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(certificates + " cannot be trusted: " + e.getMessage(), e);
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
}
