/**
 * What users wrote, found and bound: the index or a scan, binders, JSON, beans.
 *
 * <p>The annotation processor is the main path: its binders are found by the service loader.
 * Classes compiled without it are found by ClassGraph, read by reflection into the same model,
 * checked by the same rules and called through method handles.
 */
@NullMarked
package io.tautline.endpoint;

import org.jspecify.annotations.NullMarked;
