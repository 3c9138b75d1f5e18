package io.tautline.boot;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The media types of files that belong to pages, by the ends of their names. Browsers refuse
 * scripts, styles and modules of another type, since {@code nosniff} is sent.
 */
final class MediaTypes {
  private static final String TYPES =
      """
      text/html; charset=utf-8: html htm
      application/xhtml+xml: xhtml xht
      text/css; charset=utf-8: css
      text/javascript; charset=utf-8: js mjs
      text/plain; charset=utf-8: txt text log
      text/markdown; charset=utf-8: md
      text/csv; charset=utf-8: csv
      text/calendar; charset=utf-8: ics
      text/vtt; charset=utf-8: vtt
      application/json: json map
      application/ld+json: jsonld
      application/manifest+json: webmanifest
      application/wasm: wasm
      application/xml: xml xsl xslt
      application/atom+xml: atom
      application/rss+xml: rss
      application/pdf: pdf
      application/zip: zip
      application/gzip: gz
      application/rtf: rtf
      image/svg+xml: svg
      image/png: png
      image/apng: apng
      image/jpeg: jpg jpeg jfif
      image/gif: gif
      image/webp: webp
      image/avif: avif
      image/bmp: bmp
      image/tiff: tif tiff
      image/x-icon: ico cur
      font/woff: woff
      font/woff2: woff2
      font/ttf: ttf
      font/otf: otf
      font/collection: ttc
      audio/mpeg: mp3
      audio/mp4: m4a
      audio/aac: aac
      audio/flac: flac
      audio/ogg: oga ogg opus
      audio/wav: wav
      audio/webm: weba
      video/mp4: mp4 m4v
      video/webm: webm
      video/ogg: ogv
      video/mpeg: mpeg mpg
      video/quicktime: mov
      model/gltf+json: gltf
      model/gltf-binary: glb
      """;

  private static final Map<String, String> BY_END = new HashMap<>();

  static {
    for (String line : TYPES.lines().toList()) {
      int colon = line.lastIndexOf(':');
      for (String end : line.substring(colon + 1).strip().split(" ", -1)) {
        BY_END.put(end, line.substring(0, colon));
      }
    }
  }

  private MediaTypes() {}

  /** Returns the type of a file, whatever the case of its name's letters. */
  static String of(String name) {
    String end = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return BY_END.getOrDefault(end, "application/octet-stream");
  }
}
