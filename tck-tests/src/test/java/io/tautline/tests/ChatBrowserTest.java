package io.tautline.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The chat's page in headless Chromium, driven as people do. */
class ChatBrowserTest {
  @TempDir Path profile;
  private ChatProcess chat;
  private WebDriver browser;

  @BeforeEach
  void open() throws IOException {
    Chromium.require();
    chat = new ChatProcess(0);
    browser = Chromium.open(profile);
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.quit();
    }
    if (chat != null) {
      chat.close();
    }
  }

  private void until(String what, java.util.function.Supplier<Boolean> condition) {
    new WebDriverWait(browser, Duration.ofSeconds(15))
        .withMessage(what)
        .ignoring(StaleElementReferenceException.class) // the page renews its lists
        .until(driver -> condition.get());
  }

  private String visit(String room, String name) {
    browser.switchTo().newWindow(WindowType.TAB);
    browser.get("http://localhost:" + chat.port() + "/#" + room);
    until("connected", () -> text("state").equals("connected"));
    WebElement field = browser.findElement(By.id("name"));
    field.clear();
    field.sendKeys(name, Keys.ENTER);
    until(name + " is listed", () -> texts("#members li").contains(name));
    assertThat(browser.switchTo().activeElement().getAttribute("id")).isEqualTo("text");
    return browser.getWindowHandle();
  }

  private String text(String id) {
    return browser.findElement(By.id(id)).getText();
  }

  private List<String> texts(String selector) {
    return browser.findElements(By.cssSelector(selector)).stream()
        .map(WebElement::getText)
        .toList();
  }

  private void say(String text) {
    browser.findElement(By.id("text")).sendKeys(text, Keys.ENTER);
  }

  private boolean heard(String name, String text) {
    return texts("#messages li").stream()
        .anyMatch(line -> line.startsWith(name) && line.contains(text));
  }

  @Test
  void twoTabsChatAndComeBackAfterTheServerRestarts() throws Exception {
    String ann = visit("blue", "Ann");
    String bob = visit("blue", "Bob");
    until("Bob sees both", () -> texts("#members li").equals(List.of("Ann", "Bob")));
    say("hello from Bob");
    browser.switchTo().window(ann);
    until("Ann sees both", () -> texts("#members li").equals(List.of("Ann", "Bob")));
    until("Ann hears Bob", () -> heard("Bob", "hello from Bob"));
    say("<b>hello</b> from Ann");
    browser.switchTo().window(bob);
    until("Bob hears Ann, as text", () -> heard("Ann", "<b>hello</b> from Ann"));

    visit("red", "Eve");
    assertThat(texts("#messages li")).isEmpty();
    browser.switchTo().window(bob);

    int port = chat.port();
    assertThat(chat.terminate()).isZero();
    until("Bob sees that it is gone", () -> text("state").startsWith("reconnecting"));
    chat = new ChatProcess(port);
    until("Bob is back", () -> text("state").equals("connected"));
    until("both are back", () -> texts("#members li").containsAll(List.of("Ann", "Bob")));
    say("we are back");
    browser.switchTo().window(ann);
    until("Ann hears Bob again", () -> heard("Bob", "we are back"));
  }

  @Test
  void thePageFitsAPhone() {
    browser.manage().window().setSize(new Dimension(360, 720));
    visit("blue", "Ann");
    say("a".repeat(300));
    until("it is heard", () -> heard("Ann", "aaa"));
    Object overflow =
        ((JavascriptExecutor) browser)
            .executeScript("return document.documentElement.scrollWidth - window.innerWidth");
    assertThat(((Number) overflow).intValue()).isLessThanOrEqualTo(0);
    assertThat(browser.findElement(By.id("text")).isDisplayed()).isTrue();
  }

  @Test
  void aNameThatIsTakenIsToldToTheNewcomerOnly() {
    visit("blue", "Ann");
    browser.switchTo().newWindow(WindowType.TAB);
    browser.get("http://localhost:" + chat.port() + "/#blue");
    until("told", () -> text("refused").equals("someone here is called Ann"));
  }
}
