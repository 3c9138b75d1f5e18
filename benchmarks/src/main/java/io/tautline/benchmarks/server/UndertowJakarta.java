package io.tautline.benchmarks.server;

import io.undertow.Undertow;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import io.undertow.websockets.jsr.WebSocketDeploymentInfo;

/** Undertow's Jakarta container. */
public final class UndertowJakarta {
  private UndertowJakarta() {}

  /** Serves until it is killed. */
  public static void main(String[] args) throws Exception {
    DeploymentInfo deployment =
        Servlets.deployment()
            .setClassLoader(UndertowJakarta.class.getClassLoader())
            .setContextPath("/")
            .setDeploymentName("echo")
            .addServletContextAttribute(
                WebSocketDeploymentInfo.ATTRIBUTE_NAME,
                new WebSocketDeploymentInfo()
                    .setBuffers(new DefaultByteBufferPool(true, 16 * 1024))
                    .addExtension(new PerMessageDeflateHandshake())
                    .addEndpoint(JakartaEcho.class)
                    .addEndpoint(JakartaJson.class)
                    .addEndpoint(JakartaBroadcast.class));
    DeploymentManager manager = Servlets.defaultContainer().addDeployment(deployment);
    manager.deploy();
    Undertow.builder()
        .addHttpListener(Integer.parseInt(args[0]), "localhost")
        .setIoThreads(1)
        .setHandler(manager.start())
        .build()
        .start();
  }
}
