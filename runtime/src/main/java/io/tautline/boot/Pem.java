package io.tautline.boot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

/**
 * A PEM file (RFC 7468): labelled blocks in base64. What stands between them is ignored: comments
 * in any encoding, a byte order mark, keys next to certificates.
 */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private record Block(String label, String base64) {}

  private final Path file;
  private final List<Block> blocks = new ArrayList<>();

  private Pem(Path file, String text) {
    this.file = file;
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
  }

  /** Reads a file. */
  static Pem read(Path file) throws IOException {
    try {
      return new Pem(file, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    } catch (IOException e) {
      throw new IOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Returns the certificates, in order; at least one. */
  X509Certificate[] certificates() throws IOException {
    List<X509Certificate> all = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Block block : blocks) {
        if (block.label.equals("CERTIFICATE") || block.label.equals("X509 CERTIFICATE")) {
          all.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(decoded(block))));
        }
      }
    } catch (CertificateException e) {
      throw new IOException(file + " holds a malformed certificate: " + e.getMessage(), e);
    }
    if (all.isEmpty()) {
      throw new IOException(file + " holds no certificate in PEM" + instead());
    }
    return all.toArray(X509Certificate[]::new);
  }

  /** Returns the first private key. */
  PrivateKey privateKey() throws IOException {
    for (Block block : blocks) {
      if (block.label.equals("PRIVATE KEY")) {
        return key(decoded(block));
      }
    }
    String cure =
        blocks.stream().anyMatch(Pem::isOtherKey)
            ? ". Convert it: openssl pkcs8 -topk8 -nocrypt -in " + file + " -out key.pem"
            : instead();
    throw new IOException(file + " holds no PKCS #8 private key in PEM" + cure);
  }

  private static boolean isOtherKey(Block block) {
    return block.label.endsWith("PRIVATE KEY"); // RSA, EC, ENCRYPTED
  }

  /** Returns what the file holds instead, and the cure. */
  private String instead() {
    if (blocks.isEmpty()) {
      return ". Convert it: a keystore by openssl pkcs12 -nodes -in "
          + file
          + " -out both.pem, a DER file by openssl x509 -inform der -in "
          + file;
    }
    List<String> labels = blocks.stream().map(Block::label).distinct().toList();
    return ", only " + String.join(", ", labels) + ". Are certificate and key swapped?";
  }

  private byte[] decoded(Block block) throws IOException {
    try {
      return Base64.getMimeDecoder().decode(block.base64);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " holds a malformed " + block.label + ": " + e.getMessage(), e);
    }
  }

  private PrivateKey key(byte[] encoded) throws IOException {
    Exception fault = null;
    for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException e) {
        fault = e; // perhaps a key of another algorithm
      } catch (GeneralSecurityException e) {
        throw new IOException("this Java knows no " + algorithm + " keys", e);
      }
    }
    throw new IOException(file + " holds a private key that is neither RSA, EC nor Ed25519", fault);
  }
}
