/** The echo: a server with a page, and a client for the command line. */
@NullMarked
package io.tautline.samples.echo;

import org.jspecify.annotations.NullMarked;
