package io.tautline.benchmarks.server;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.server.ServerContainer;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.Constants;
import org.apache.tomcat.websocket.server.WsContextListener;

/** Tomcat, embedded. */
public final class TomcatJakarta {
  private TomcatJakarta() {}

  /** Adds the endpoints, once the container is there. */
  public static final class Endpoints extends WsContextListener implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
      super.contextInitialized(event);
      ServerContainer container =
          (ServerContainer)
              event
                  .getServletContext()
                  .getAttribute(Constants.SERVER_CONTAINER_SERVLET_CONTEXT_ATTRIBUTE);
      // Allocated for every session at once, so 1 MiB for each of 1000 sessions is out of question.
      container.setDefaultMaxTextMessageBufferSize(64 << 10);
      container.setDefaultMaxBinaryMessageBufferSize(64 << 10);
      try {
        container.addEndpoint(JakartaEcho.class);
        container.addEndpoint(JakartaBroadcast.class);
        container.addEndpoint(JakartaJson.class);
      } catch (DeploymentException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Serves until it is killed. */
  public static void main(String[] args) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir") + "/tautline-tomcat");
    tomcat.setPort(Integer.parseInt(args[0]));
    tomcat.getConnector();
    Context context = tomcat.addContext("", null);
    context.addApplicationListener(Endpoints.class.getName());
    Tomcat.addServlet(context, "default", new org.apache.catalina.servlets.DefaultServlet());
    context.addServletMappingDecoded("/", "default");
    tomcat.start();
    tomcat.getServer().await();
  }
}
