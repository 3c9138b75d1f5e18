package io.tautline.endpoint;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/** CBOR by Jackson; not to be loaded where its module is not on the class path. */
final class Cbor {
  private Cbor() {}

  static ObjectMapper mapper(StreamReadConstraints constraints) {
    return CBORMapper.builder(CBORFactory.builder().streamReadConstraints(constraints).build())
        .annotationIntrospector(new SealedTypes())
        .build();
  }
}
