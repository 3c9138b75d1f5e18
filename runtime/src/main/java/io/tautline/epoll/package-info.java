/**
 * Linux's own sockets and {@code epoll}, called by {@code java.lang.foreign}: fewer system calls
 * and copies than by channels. Where Java is older than 22, the system is another, or the program
 * has no native access, there is nothing here, and channels serve.
 */
@NullMarked
package io.tautline.epoll;

import org.jspecify.annotations.NullMarked;
