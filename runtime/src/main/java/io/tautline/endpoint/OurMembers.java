package io.tautline.endpoint;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.DeserializationProblemHandler;

/**
 * Reads over the members of a message that are Tautline's, for a mapper that refuses those that a
 * type does not declare: its name, and the numbers of questions and answers.
 */
final class OurMembers extends DeserializationProblemHandler {
  private static final Set<String> NAMES = Set.of("type", "id", "re");

  @Override
  public boolean handleUnknownProperty(
      DeserializationContext context,
      JsonParser parser,
      @Nullable ValueDeserializer<?> deserializer,
      @Nullable Object beanOrClass,
      String name) {
    TokenStreamContext parent = parser.streamReadContext().getParent();
    boolean ours = NAMES.contains(name) && parent != null && parent.inRoot();
    if (ours) {
      parser.skipChildren();
    }
    return ours;
  }
}
