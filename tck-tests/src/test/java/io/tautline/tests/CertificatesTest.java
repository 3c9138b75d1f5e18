package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.boot.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PEM files as people have them, and those that cannot work. */
class CertificatesTest {
  @TempDir private Path folder;

  private Identity identity(String name, String algorithm) throws Exception {
    Path own = Files.createDirectory(folder.resolve(name));
    return Identity.of(own, "dns:localhost", algorithm);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void aCertificateAndItsKeyMayBeInOneFileWithComments(String algorithm) throws Exception {
    Identity one = identity("one", algorithm);
    Path both =
        file(
            "both.pem",
            "\uFEFFSchlüssel für den Server\n"
                + Files.readString(one.key())
                + "Zertifikat — gültig für 2 Tage\r\n"
                + Files.readString(one.chain()).replace("\n", "\r\n"));
    assertThat(Certificates.fromPem(both, both)).isNotNull();
    assertThat(Certificates.trusting(both)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void aKeyOfAnotherCertificateIsRefused(String algorithm) throws Exception {
    Identity one = identity("one", algorithm);
    for (Identity other : new Identity[] {identity("two", "EC"), identity("three", "RSA")}) {
      assertThatThrownBy(() -> Certificates.fromPem(one.chain(), other.key()))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "the private key in %s is not that of the certificate in %s"
                  .formatted(other.key(), one.chain()));
    }
  }

  @Test
  void theCertificateOfTheKeyComesFirst() throws Exception {
    Identity one = identity("one", "EC");
    Identity two = identity("two", "EC");
    Path chain = file("chain.pem", Files.readString(two.chain()) + Files.readString(one.chain()));
    assertThatThrownBy(() -> Certificates.fromPem(chain, one.key()))
        .hasMessage(
            "the certificate of the private key in %s must come first in %s"
                .formatted(one.key(), chain));
  }

  @Test
  void filesThatHoldSomethingElseAreNamedWithTheCure() throws Exception {
    Identity one = identity("one", "EC");
    Path none = folder.resolve("none.pem");
    assertThatThrownBy(() -> Certificates.fromPem(none, one.key()))
        .hasMessage("there is no file " + none);
    assertThatThrownBy(() -> Certificates.fromPem(one.key(), one.chain()))
        .hasMessage(
            one.key()
                + " holds no certificate in PEM, only PRIVATE KEY. Are certificate and key"
                + " swapped?");
    assertThatThrownBy(() -> Certificates.fromPem(one.chain(), one.chain()))
        .hasMessage(
            one.chain()
                + " holds no PKCS #8 private key in PEM, only CERTIFICATE. Are certificate and key"
                + " swapped?");
    assertThatThrownBy(() -> Certificates.fromPem(one.store(), one.key()))
        .hasMessageStartingWith(
            one.store()
                + " holds no certificate in PEM. Convert it: a keystore by openssl pkcs12 -nodes"
                + " -in ");
    Path old =
        file("old.pem", "-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----");
    assertThatThrownBy(() -> Certificates.fromPem(one.chain(), old))
        .hasMessage(
            "%s holds no PKCS #8 private key in PEM. Convert it: openssl pkcs8 -topk8 -nocrypt -in %s -out key.pem"
                .formatted(old, old));
    Path bad = file("bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assertThatThrownBy(() -> Certificates.fromPem(bad, one.key()))
        .hasMessageStartingWith(bad + " holds a malformed certificate: ");
    assertThatThrownBy(() -> Certificates.trusting(bad))
        .hasMessageStartingWith(bad + " holds a malformed certificate: ");
  }
}
