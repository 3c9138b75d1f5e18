package io.tautline.container;

import io.tautline.model.PathPattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which deployment serves a path (Jakarta WebSocket §3.1.1): an exact path beats a template, and of
 * two templates the one with the leftmost literal segment wins.
 */
final class Router {
  /** A deployment and the values of its path's variables. */
  record Match(Deployment deployment, Map<String, String> pathParameters) {}

  private record Route(PathPattern pattern, Deployment deployment) {}

  private volatile List<Route> routes = List.of();

  synchronized void add(PathPattern pattern, Deployment deployment) {
    List<Route> all = new ArrayList<>(routes);
    all.add(new Route(pattern, deployment));
    all.sort((a, b) -> compare(a.pattern, b.pattern));
    routes = List.copyOf(all);
  }

  /** Returns the path of a route that matches the same paths as {@code pattern}, or null. */
  @Nullable String taken(PathPattern pattern) {
    for (Route route : routes) {
      if (route.pattern.equivalent(pattern)) {
        return route.pattern.path();
      }
    }
    return null;
  }

  synchronized void clear() {
    routes = List.of();
  }

  /** Orders patterns so that the first that matches is the right one. */
  private static int compare(PathPattern a, PathPattern b) {
    if (a.segments().size() != b.segments().size()) {
      return Integer.compare(a.segments().size(), b.segments().size());
    }
    for (int i = 0; i < a.segments().size(); i++) {
      boolean variable = PathPattern.isVariable(a.segments().get(i));
      if (variable != PathPattern.isVariable(b.segments().get(i))) {
        return variable ? 1 : -1;
      }
    }
    return 0;
  }

  /**
   * Finds the deployment for a path.
   *
   * @param path decoded
   */
  @Nullable Match match(String path) {
    List<String> segments = PathPattern.split(path);
    for (Route route : routes) {
      Map<String, String> parameters = match(route.pattern.segments(), segments);
      if (parameters != null) {
        return new Match(route.deployment, parameters);
      }
    }
    return null;
  }

  private static @Nullable Map<String, String> match(List<String> pattern, List<String> path) {
    if (pattern.size() != path.size()) {
      return null;
    }
    Map<String, String> parameters = Map.of();
    for (int i = 0; i < path.size(); i++) {
      String segment = pattern.get(i);
      if (PathPattern.isVariable(segment)) {
        if (parameters.isEmpty()) {
          parameters = new LinkedHashMap<>(4);
        }
        parameters.put(PathPattern.name(segment), path.get(i));
      } else if (!segment.equals(path.get(i))) {
        return null;
      }
    }
    return parameters;
  }
}
