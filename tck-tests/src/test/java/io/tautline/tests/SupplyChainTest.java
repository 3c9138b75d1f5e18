package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What a user's jar gets with ours: from the CycloneDX lists that the build makes. */
class SupplyChainTest {
  private static final Path PAGE = Path.of("../docs/dependencies.md");
  private static final List<String> MODULES =
      List.of("api", "runtime", "processor", "samples/chat", "samples/echo", "samples/pipe");

  /** Those that everyone may put into a jar of their own. */
  private static final Set<String> LICENSES = Set.of("Apache-2.0", "MIT", "EPL-2.0");

  /**
   * Returns what is on the lists, by name, with the versions and licenses as the page says them.
   */
  private static Map<String, String> components() throws IOException {
    Map<String, String> components = new TreeMap<>();
    for (String module : MODULES) {
      JsonNode list =
          new ObjectMapper()
              .readTree(Files.readString(Path.of("..", module, "target", "bom.json")));
      for (JsonNode component : list.get("components")) {
        String group = component.get("group").asString();
        if (!group.equals("io.tautline")) {
          String version = component.get("version").asString();
          components.put(
              group + ":" + component.get("name").asString(),
              version + " | " + String.join(" or ", licenses(component)));
        }
      }
    }
    return components;
  }

  private static List<String> licenses(JsonNode component) {
    List<String> licenses = new ArrayList<>();
    for (JsonNode choice : component.get("licenses")) {
      JsonNode license = choice.get("license");
      licenses.add((license.has("id") ? license.get("id") : license.get("name")).asString());
    }
    return licenses;
  }

  @Test
  void everyComponentHasALicenseThatLetsItBePassedOn() throws IOException {
    assertThat(components()).hasSizeGreaterThan(10);
    components()
        .forEach(
            (name, what) ->
                assertThat(List.of(what.split(" \\| | or ")))
                    .as("licenses of %s", name)
                    .anyMatch(LICENSES::contains));
  }

  @Test
  void thePageListsWhatThereIs() throws IOException {
    StringBuilder table = new StringBuilder("| Component | Version | License |\n|---|---|---|\n");
    components().forEach((name, what) -> table.append("| " + name + " | " + what + " |\n"));
    DocTable.agrees(PAGE, "<!-- components -->", table);
  }
}
