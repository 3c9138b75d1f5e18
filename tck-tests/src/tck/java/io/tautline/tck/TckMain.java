package io.tautline.tck;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs the Jakarta WebSocket TCK against Tautline, if its jar is there.
 *
 * <p>Arguments: the jar, and the least number of tests that count as a run of all.
 */
public final class TckMain {
  private static final String ALL = ".*(IT|Test|Tests)$";

  private TckMain() {}

  /** Exits with 0 if every test ran and none failed. */
  public static void main(String[] arguments) {
    Path jar = Path.of(arguments[0]);
    String classes = System.getProperty("tck.classes", ALL);
    if (!Files.exists(jar)) {
      System.err.println(
          "The TCK is missing: get jakarta.tck:websocket-tck-spec-tests:2.2.0 from the Jakarta"
              + " WebSocket TCK and install it as "
              + jar);
      System.exit(1);
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClasspathRoots(Set.of(jar)))
            .filters(includeClassNamePatterns(classes))
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    Launcher launcher = LauncherFactory.create();
    launcher.execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    summary
        .getFailures()
        .forEach(
            failure ->
                System.out.println(
                    "FAILED "
                        + failure.getTestIdentifier().getUniqueId()
                        + "\n  "
                        + String.valueOf(failure.getException()).replace("\n", "\n  ")));
    summary.printTo(new PrintWriter(System.out, true));
    System.out.println(
        summary.getTestsSucceededCount()
            + " passed, "
            + summary.getTotalFailureCount()
            + " failed; "
            + Binders.counts());
    boolean all =
        !classes.equals(ALL) || summary.getTestsFoundCount() >= Integer.parseInt(arguments[1]);
    boolean clean =
        summary.getTotalFailureCount() == 0
            && summary.getTestsSkippedCount() == 0
            && summary.getTestsAbortedCount() == 0
            && all;
    System.exit(clean ? 0 : 1);
  }
}
