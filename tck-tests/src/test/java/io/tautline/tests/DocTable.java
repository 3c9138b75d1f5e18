package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A table at the end of a page of the documentation, made by a test. */
public final class DocTable {
  private DocTable() {}

  /**
   * Checks that the page says the same as the table; writes it if that was asked for.
   *
   * @param marker a line of the page; the table follows it
   */
  public static void agrees(Path page, String marker, CharSequence table) throws IOException {
    String before = Files.readString(page);
    String said = before.substring(0, before.indexOf(marker)) + marker + "\n\n" + table;
    if (Boolean.getBoolean("tautline.docs.write")) {
      Files.writeString(page, said);
    }
    assertThat(Files.readString(page))
        .as("to write it anew: -Dtest.jvm.args=-Dtautline.docs.write=true")
        .isEqualTo(said);
  }
}
