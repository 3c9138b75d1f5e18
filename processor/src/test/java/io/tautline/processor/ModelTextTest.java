package io.tautline.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tautline.Compression;
import io.tautline.SlowConsumer;
import io.tautline.model.Callback;
import io.tautline.model.CoderModel;
import io.tautline.model.EndpointModel;
import io.tautline.model.EndpointSettings;
import io.tautline.model.MethodModel;
import io.tautline.model.ModelText;
import io.tautline.model.ParameterModel;
import io.tautline.model.TypeModel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "\\0", "\\", "\n", "a\\nb\r\n\\\\", "\0", "ä€😀", "7"})
  void whatIsWrittenIsRead(String any) {
    TypeModel leaf = TypeModel.of(any, TypeModel.Form.RECORD);
    TypeModel type = new TypeModel(any, TypeModel.Form.SEALED, List.of(leaf), List.of(any, "b"));
    EndpointModel model =
        new EndpointModel(
            any,
            EndpointModel.Flavor.SERVER,
            any,
            List.of(any, any),
            List.of(
                new CoderModel(
                    any, List.of(new CoderModel.Coding(CoderModel.Wire.TEXT_STREAM, type)), true)),
            List.of(new CoderModel(any, List.of(), false)),
            any,
            true,
            3,
            new EndpointSettings(
                1, 1L << 40, Compression.OFF, List.of(any), SlowConsumer.BLOCK, 2, 3, List.of(any)),
            List.of(
                new MethodModel(
                    any,
                    Callback.MESSAGE,
                    List.of(
                        new ParameterModel(any, type, any, true, false),
                        new ParameterModel(any, leaf, null, false, true)),
                    type,
                    1L << 33,
                    any,
                    true),
                new MethodModel("o", Callback.OPEN, List.of(), TypeModel.VOID, -1, null, false)));
    assertThat(ModelText.read(ModelText.write(model))).isEqualTo(model);
  }

  @Test
  void aTextOfAnotherVersionSaysSo() {
    assertThatThrownBy(() -> ModelText.read("tautline-0\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Compile again");
  }

  @Test
  void aTextThatEndsEarlyIsRefused() {
    assertThatThrownBy(() -> ModelText.read("tautline-1\na"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ends early");
  }
}
