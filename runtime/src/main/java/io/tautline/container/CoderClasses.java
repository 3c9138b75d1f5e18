package io.tautline.container;

import io.tautline.model.CoderModel;
import io.tautline.model.EndpointModel;
import jakarta.websocket.Decoder;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Encoder;
import java.util.ArrayList;
import java.util.List;

/** The coder classes that an endpoint model names. */
final class CoderClasses {
  private CoderClasses() {}

  static List<Class<? extends Decoder>> decoders(EndpointModel model, ClassLoader loader)
      throws DeploymentException {
    return load(model.decoders(), Decoder.class, loader);
  }

  static List<Class<? extends Encoder>> encoders(EndpointModel model, ClassLoader loader)
      throws DeploymentException {
    return load(model.encoders(), Encoder.class, loader);
  }

  private static <T> List<Class<? extends T>> load(
      List<CoderModel> coders, Class<T> kind, ClassLoader loader) throws DeploymentException {
    List<Class<? extends T>> classes = new ArrayList<>();
    for (CoderModel coder : coders) {
      try {
        classes.add(Class.forName(coder.className(), false, loader).asSubclass(kind));
      } catch (ClassNotFoundException e) {
        throw new DeploymentException("coder " + coder.className() + " cannot be loaded", e);
      }
    }
    return classes;
  }
}
