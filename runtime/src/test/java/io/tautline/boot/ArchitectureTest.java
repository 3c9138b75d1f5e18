package io.tautline.boot;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md: they point down, and nowhere else. */
class ArchitectureTest {
  private static final String PURE = "a package that is sans-IO";

  private final JavaClasses runtime =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.tautline");

  private static String[] in(String... packages) {
    String[] patterns = new String[packages.length];
    for (int i = 0; i < packages.length; i++) {
      patterns[i] = "io.tautline." + packages[i] + "..";
    }
    return patterns;
  }

  private void mayNotSee(String lower, String... higher) {
    noClasses()
        .that()
        .resideInAnyPackage(in(lower))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(in(higher))
        .check(runtime);
  }

  @Test
  void arrowsPointDown() {
    mayNotSee(
        "protocol",
        "handshake",
        "transport",
        "connection",
        "container",
        "endpoint",
        "room",
        "boot");
    mayNotSee(
        "handshake",
        "protocol",
        "transport",
        "connection",
        "container",
        "endpoint",
        "room",
        "boot");
    mayNotSee(
        "transport",
        "protocol",
        "handshake",
        "connection",
        "container",
        "endpoint",
        "room",
        "boot");
    mayNotSee(
        "epoll", "protocol", "handshake", "connection", "container", "endpoint", "room", "boot");
    mayNotSee("transport", "epoll");
    mayNotSee("connection", "container", "endpoint", "room", "boot");
    mayNotSee("container", "endpoint", "room", "boot");
    mayNotSee(
        "endpoint",
        "connection",
        "transport",
        "epoll",
        "protocol",
        "handshake",
        "deflate",
        "room",
        "boot");
    mayNotSee(
        "room",
        "connection",
        "transport",
        "epoll",
        "protocol",
        "handshake",
        "deflate",
        "endpoint",
        "boot");
  }

  @Test
  void theBlockingApiStandsOnTheProtocolAlone() {
    mayNotSee(
        "channel", "transport", "epoll", "connection", "container", "endpoint", "room", "boot");
    noClasses()
        .that()
        .resideOutsideOfPackage("io.tautline.channel..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(in("channel"))
        .check(runtime);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.tautline.(*)..").should().beFreeOfCycles().check(runtime);
  }

  @Test
  void protocolAndHandshakeAreSansIo() {
    noClasses()
        .that()
        .resideInAnyPackage(in("deflate", "protocol", "handshake"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.channels..", "java.util.concurrent..", "java.util.logging..")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(
            Thread.class, System.Logger.class, java.time.Clock.class, java.net.Socket.class)
        .as(PURE)
        .check(runtime);
  }

  @Test
  void jakartaIsSeenFromContainerUpwardOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(in("protocol", "handshake", "transport", "connection"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta..")
        .check(runtime);
  }

  @Test
  void librariesStayBehindTheirOnePort() {
    noClasses()
        .that()
        .haveNameNotMatching(
            "io\\.tautline\\.endpoint\\.(JsonCodec|SealedTypes|OurMembers|Cbor|AvajeBeans|EndpointCatalog).*")
        .and()
        .resideInAPackage("io.tautline..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("tools.jackson..", "io.avaje..", "io.github.classgraph..")
        .check(runtime);
  }

  @Test
  void namesSayWhatThingsAre() {
    classes()
        .that()
        .resideInAPackage("io.tautline..")
        .should()
        .haveNameNotMatching(".*(Impl|Util|Utils|Helper|Manager|Base)")
        .andShould()
        .haveSimpleNameNotStartingWith("Abstract")
        .check(runtime);
  }
}
