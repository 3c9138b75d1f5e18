/**
 * The endpoint model and its one set of rules.
 *
 * <p>The annotation processor fills the model from source, the scanner from loaded classes; {@link
 * io.tautline.model.EndpointRules} checks both, so a mistake reads the same in javac and at
 * deployment.
 */
@NullMarked
package io.tautline.model;

import org.jspecify.annotations.NullMarked;
