package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages that link what they say to the code and the tests. */
class DocLinksTest {
  private static final Path DOCS = Path.of("../docs");

  /** A row of a table below its head, or a statement with the line of its links. */
  private static final Pattern SAID =
      Pattern.compile("(?m)^\\| (?!What |Code |\\|).* \\|$|^\\* .*\n {2}.*$");

  private static final Pattern LINK = Pattern.compile("\\[`?([^]`]+)`?]\\(([^)#]+)\\)");

  @ParameterizedTest
  @ValueSource(strings = {"seeds.md", "protocol.md"})
  void everyLinkLeadsSomewhere(String page) throws IOException {
    Matcher links = LINK.matcher(Files.readString(DOCS.resolve(page)));
    int count = 0;
    while (links.find()) {
      Path file = DOCS.resolve(links.group(2));
      assertThat(file).as("%s: %s", page, links.group(1)).exists();
      String[] parts = links.group(1).split("\\.", 2);
      if (file.toString().endsWith(".java") && parts.length == 2) {
        String call =
            file.toString().contains("/test/") ? "void " + parts[1] + "(" : parts[1] + "(";
        assertThat(Files.readString(file)).as("%s: %s", page, links.group(1)).contains(call);
      }
      count++;
    }
    assertThat(count).isGreaterThan(50);
  }

  @ParameterizedTest
  @ValueSource(strings = {"seeds.md", "protocol.md"})
  void nothingIsSaidWithoutATest(String page) throws IOException {
    String text = Files.readString(DOCS.resolve(page)).replaceAll("(?s)```.*?```", "");
    Matcher said = SAID.matcher(text);
    int count = 0;
    while (said.find()) {
      assertThat(said.group()).containsPattern("`\\w+Test\\.\\w+`]");
      count++;
    }
    assertThat(count).isGreaterThan(25);
  }
}
