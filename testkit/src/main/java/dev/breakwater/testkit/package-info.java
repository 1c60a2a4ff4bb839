/**
 * Parts for tests: a clock that moves when told, and a PKI that can also forge.
 *
 * <p>Made for our own tests and for product teams', so its public types are documented like any
 * other. It depends on the protocol module and Bouncy Castle only, never on the code under test: a
 * forgery made with our own certificate authority would prove nothing. Nothing here may reach a
 * release path: keys are made without ceremony and kept in the clear. Read {@link
 * dev.breakwater.testkit.TestClock} first, then {@code dev.breakwater.testkit.pki}.
 */
@NullMarked
package dev.breakwater.testkit;

import org.jspecify.annotations.NullMarked;
