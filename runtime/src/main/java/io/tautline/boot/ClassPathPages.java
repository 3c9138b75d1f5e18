package io.tautline.boot;

import io.tautline.container.Pages;
import io.tautline.handshake.Headers;
import io.tautline.handshake.Outcome;
import io.tautline.handshake.RequestHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Files of the class path, for the page that belongs to an endpoint.
 *
 * <p>Only plain names are looked up: segments of letters, digits, {@code - _ .} that do not begin
 * with a dot, so no path leads out of the folder.
 */
final class ClassPathPages implements Pages {
  private final ClassLoader loader;
  private final String folder;

  ClassPathPages(ClassLoader loader, String folder) {
    this.loader = loader;
    this.folder = folder;
  }

  @Override
  public Outcome.@Nullable Rejected answer(RequestHead head, String path) {
    String name = path.endsWith("/") ? path + "index.html" : path;
    if (!isPlain(name)) {
      return null;
    }
    URL found = loader.getResource(folder + name);
    if (found == null || isFolder(found, folder + name)) {
      return null;
    }
    if (!head.method().equals("GET") && !head.method().equals("HEAD")) {
      return Outcome.Rejected.text(405, "the method must be GET or HEAD", "Allow", "GET, HEAD");
    }
    Headers headers =
        Headers.of(
            "Content-Type", MediaTypes.of(name),
            "Cache-Control", "no-cache",
            "X-Content-Type-Options", "nosniff");
    try {
      URLConnection file = found.openConnection();
      return new Outcome.Rejected(200, headers, file.getInputStream(), file.getContentLengthLong());
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + folder + name + " failed", e);
    }
  }

  private boolean isFolder(URL found, String path) {
    try {
      return found.getProtocol().equals("file")
          ? Files.isDirectory(Path.of(found.toURI()))
          : loader.getResource(path + "/") != null;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("a class path whose URLs are none: " + found, e);
    }
  }

  private static boolean isPlain(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      boolean start = i == 0 || path.charAt(i - 1) == '/';
      boolean fits = c == '/' ? i == 0 || !start : letter || "-_.".indexOf(c) >= 0;
      if (!fits || (c == '.' && start)) {
        return false;
      }
    }
    return true;
  }
}
