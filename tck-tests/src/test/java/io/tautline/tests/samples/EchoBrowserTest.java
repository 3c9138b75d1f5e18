package io.tautline.tests.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.tautline.tests.Chromium;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The pages of the echo and the pipe in headless Chromium. */
class EchoBrowserTest {
  private static final String TIME = "\\d\\d:\\d\\d:\\d\\d\\.\\d{3}";

  @TempDir Path folder;
  private WebDriver browser;

  @BeforeEach
  void open() {
    Chromium.require();
    browser = Chromium.open(folder.resolve("profile"));
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.quit();
    }
  }

  private void until(String what, Supplier<Boolean> condition) {
    new WebDriverWait(browser, Duration.ofSeconds(15))
        .withMessage(what)
        .until(driver -> condition.get());
  }

  private List<String> texts(String selector) {
    return browser.findElements(By.cssSelector(selector)).stream()
        .map(WebElement::getText)
        .toList();
  }

  private WebElement element(String id) {
    return browser.findElement(By.id(id));
  }

  @Test
  void theEchoPageSendsEachSecondShowsBothSidesAndTheSource() throws Exception {
    try (SampleProcess server = new SampleProcess("echo", "server", "--port", "0")) {
      browser.get(page(server));
      until("two echoes", () -> texts("#received li").size() >= 2);
      assertThat(texts("#sent li").get(0)).matches(TIME + "\\s*test message 1");
      assertThat(texts("#received li").get(0))
          .matches(TIME + "\\s*test message 1\\s*\\d+\\.\\d{3} ms");
      element("stop").click();
      assertThat(element("state").getText()).isEqualTo("connected");
      int sent = texts("#sent li").size();
      element("start").click();
      until("it goes on", () -> texts("#sent li").size() > sent);
      until(
          "the source",
          () -> element("endpoint").getDomProperty("textContent").contains("@ServerEndpoint"));
      assertThat(server.terminate()).isZero();
      until("the end is told", () -> element("state").getText().startsWith("closed "));
    }
  }

  private static String page(SampleProcess server) throws IOException {
    StringBuilder said = new StringBuilder();
    while (!said.toString().matches("(?s).*page at http\\S+\n")) {
      said.append((char) server.out().read());
    }
    return said.substring(said.indexOf("http")).strip();
  }

  @Test
  void thePipePageShowsWhatIsWrittenAndSendsWhatIsTyped() throws Exception {
    try (Pipe pipe = new Pipe(folder, "--lines")) {
      browser.get("http://localhost:" + pipe.port + "/");
      until("connected", () -> element("state").getText().equals("connected"));
      pipe.write("<b>news</b>\n");
      until("it is shown as text", () -> texts("#log li").contains("<b>news</b>"));
      element("text").sendKeys("typed", org.openqa.selenium.Keys.ENTER);
      try (var out = pipe.read()) {
        assertThat(out.readNBytes(6)).asString().isEqualTo("typed\n");
      }
    }
  }
}
