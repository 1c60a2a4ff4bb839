/**
 * The {@code token} command: tokens of the API.
 *
 * <p>It guarantees that it shows a token once, when it is made, and nowhere else. What may be done
 * is the server's decision; this is a layer over its API and judges nothing itself. Read {@link
 * dev.breakwater.cli.token.TokenCommand} first.
 */
@NullMarked
package dev.breakwater.cli.token;

import org.jspecify.annotations.NullMarked;
