package io.tautline.tck;

import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.core.spi.LoadableExtension;

/** Registered in META-INF/services/org.jboss.arquillian.core.spi.LoadableExtension. */
public final class TckExtension implements LoadableExtension {
  @Override
  public void register(ExtensionBuilder builder) {
    builder.service(DeployableContainer.class, TckContainer.class);
  }
}
