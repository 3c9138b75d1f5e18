package io.tautline.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("app.properties"), text);
  }

  private static Settings read(Map<String, String> environment, String... flags)
      throws IOException {
    return Settings.read(flags, environment);
  }

  @Test
  void aFlagWinsOverTheEnvironmentAndThatOverTheFile() throws IOException {
    String file = file("port = 1\nhost = 127.0.0.1\n").toString();
    Map<String, String> environment = Map.of("TAUTLINE_PORT", "2", "TAUTLINE_SETTINGS", file);
    assertThat(read(Map.of(), "--settings", file).address(9).getPort()).isEqualTo(1);
    assertThat(read(environment).address(9).getPort()).isEqualTo(2);
    assertThat(read(environment, "--port=3").address(9).getPort()).isEqualTo(3);
    assertThat(read(environment, "--port", "3").address(9).getHostString()).isEqualTo("127.0.0.1");
    assertThat(read(Map.of()).address(9).getPort()).isEqualTo(9);
  }

  @Test
  void whatAnOrchestratorTellsOfAServiceIsNoSetting() throws IOException {
    Map<String, String> kubernetes =
        Map.of(
            "TAUTLINE_PORT", "tcp://10.96.3.7:8080",
            "TAUTLINE_PORT_8080_TCP", "tcp://10.96.3.7:8080",
            "TAUTLINE_PORT_8080_TCP_PROTO", "tcp",
            "TAUTLINE_SERVICE_HOST", "10.96.3.7");
    assertThat(read(kubernetes).address(9).getPort()).isEqualTo(9);
  }

  @Test
  void blanksAroundValuesAreNothing() throws Exception {
    String file = file("port = 8081 \nhost = 127.0.0.1 \ncompression = on \n").toString();
    Settings settings = read(Map.of("TAUTLINE_ORIGINS", ""), "--settings=" + file);
    assertThat(settings.address(9).getPort()).isEqualTo(8081);
    assertThat(settings.address(9).getHostString()).isEqualTo("127.0.0.1");
    settings.apply(TautlineServer.builder());
    read(Map.of(), "--origins", "https://a.example, https://b.example,")
        .apply(TautlineServer.builder());
  }

  @Test
  void everyPlaceSetsLimits() throws Exception {
    TautlineServer.Builder server = TautlineServer.builder().port(0).endpoints();
    String file = file("maxFragments = 7\npingInterval = 0\n").toString();
    read(
            Map.of("TAUTLINE_MAX_TEXT_BYTES", "2 KiB"),
            "--settings=" + file,
            "--close-timeout",
            "300 ms")
        .apply(server);
    try (TautlineServer running = server.start()) {
      assertThat(running.limits().maxFragments()).isEqualTo(7);
      assertThat(running.limits().pingInterval()).isZero();
      assertThat(running.limits().maxTextBytes()).isEqualTo(2048);
      assertThat(running.limits().closeTimeout()).hasMillis(300);
    }
  }

  @Test
  void whatIsNotUnderstoodIsNamedWithItsPlace() throws IOException {
    String file = file("maxTextByte = 1\n").toString();
    assertThatThrownBy(() -> read(Map.of(), "--settings", file))
        .hasMessage("maxTextByte in " + file + " is no setting");
    assertThatThrownBy(() -> read(Map.of(), "--settings", folder + "/none"))
        .hasMessage("there is no file " + folder + "/none");
    assertThatThrownBy(() -> read(Map.of(), "--max-text-byte=1"))
        .hasMessage("unknown argument --max-text-byte=1");
    assertThatThrownBy(() -> read(Map.of(), "--MAX-TEXT-BYTES=1"))
        .hasMessage("unknown argument --MAX-TEXT-BYTES=1");
    assertThatThrownBy(() -> read(Map.of(), "--port")).hasMessage("--port needs a value");
    assertThatThrownBy(() -> read(Map.of(), "--port=70000").address(0))
        .hasMessage("port takes a number from 0 to 65535, not \"70000\"");
    assertThatThrownBy(() -> read(Map.of(), "--compression=yes").apply(TautlineServer.builder()))
        .hasMessage("compression takes on or off, not \"yes\"");
    assertThatThrownBy(() -> read(Map.of(), "--tls-key=x").apply(TautlineServer.builder()))
        .hasMessage("tlsCertificate and tlsKey go together");
    assertThatThrownBy(() -> read(Map.of(), "--origins=a.example").apply(TautlineServer.builder()))
        .hasMessage(
            "origins: \"a.example\" is no origin. Write scheme and host, and the port if it is not the"
                + " usual one: \"https://example.org\", \"https://*.example.org\","
                + " \"http://localhost:*\"; or \"*\" for all.");
    assertThatThrownBy(() -> read(Map.of(), "--context-path=app/").apply(TautlineServer.builder()))
        .hasMessage("contextPath takes such as /app, without a slash at its end, not \"app/\"");
    assertThatThrownBy(
            () ->
                read(Map.of(), "--compression=on", "--compression-window-bits=16")
                    .apply(TautlineServer.builder()))
        .hasMessage("compressionWindowBits takes a number from 8 to 15, not \"16\"");
    assertThatThrownBy(() -> read(Map.of(), "--drain=10").apply(TautlineServer.builder()))
        .hasMessage("drain takes a time such as 500 ms, 10 s or 1 min, not \"10\"");
  }

  @Test
  void helpNamesEverySettingAndDefault() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status = Tautline.run(new String[] {"--help"}, new PrintStream(out), System.err);
    assertThat(status).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("--origins ")
        .containsPattern("--max-text-bytes +1 MiB\n")
        .containsPattern("--handshake-timeout +10 s\n");
  }
}
