/**
 * What the operator's own tools ask: is it alive, is it ready, how much of everything.
 *
 * <p>It is the one listener without TLS and without authentication, and therefore refuses every
 * address but loopback. It guarantees that its answers hold numbers and names of the server's own,
 * nothing of any organization. It refuses requests under a foreign host name, which is how a web
 * page would reach it through the operator's browser (DNS rebinding).
 *
 * <p>Read {@link dev.breakwater.server.operations.OperationsListener} first.
 */
@NullMarked
package dev.breakwater.server.operations;

import org.jspecify.annotations.NullMarked;
