package io.tautline.processor;

import io.tautline.model.MethodModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.lang.model.type.TypeMirror;

/** The members of the binder of a client interface: a class that implements it. */
final class ClientSource {
  private static final String CALLS = "io.tautline.spi.ClientCalls";

  private final ElementModel source;
  private final List<MethodModel> methods;
  private final Function<TypeMirror, String> erased;
  private final Consumer<String> out;

  /**
   * @param erased names the erasure of a type
   * @param out takes one line after the other
   */
  ClientSource(
      ElementModel source,
      List<MethodModel> methods,
      Function<TypeMirror, String> erased,
      Consumer<String> out) {
    this.source = source;
    this.methods = methods;
    this.erased = erased;
    this.out = out;
  }

  void write() {
    out.accept("  @Override");
    out.accept("  public Object create(io.tautline.spi.Beans beans) {");
    out.accept("    return new Client(beans.get(" + CALLS + ".class, null));");
    out.accept("  }");
    out.accept("");
    out.accept("  @Override");
    out.accept(
        "  public Object call(int method, Object instance, io.tautline.spi.Invocation in) {");
    out.accept("    throw unknown(method);");
    out.accept("  }");
    out.accept("");
    out.accept(
        "  private static final class Client implements "
            + source.type().getQualifiedName()
            + " {");
    out.accept("    private final " + CALLS + " calls;");
    out.accept("");
    out.accept("    Client(" + CALLS + " calls) {");
    out.accept("      this.calls = calls;");
    out.accept("    }");
    for (int m = 0; m < methods.size(); m++) {
      method(m, methods.get(m));
    }
    out.accept("");
    out.accept("    @Override");
    out.accept("    public void close() {");
    out.accept("      calls.close();");
    out.accept("    }");
    out.accept("  }");
  }

  private void method(int m, MethodModel method) {
    List<String> parameters = new ArrayList<>();
    for (TypeMirror type : source.parameterTypes(m)) {
      parameters.add(erased.apply(type) + " p" + parameters.size());
    }
    boolean nothing = method.returns().is("void");
    String patience = parameters.size() == 2 ? "p1" : "null";
    String returns = nothing ? "void" : method.returns().name();
    String cast = nothing ? "" : "return (" + returns + ") ";
    out.accept("");
    out.accept("    @Override");
    out.accept(
        "    public "
            + returns
            + " "
            + method.name()
            + "("
            + String.join(", ", parameters)
            + ") {");
    out.accept("      " + cast + "calls.call(" + m + ", p0, " + patience + ");");
    out.accept("    }");
  }
}
