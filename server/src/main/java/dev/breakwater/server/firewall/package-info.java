/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The application firewall: what a product allows its devices to send and where it allows people
 * and devices to come from, beyond what every device of every product must keep to.
 *
 * <p>Each rule is off, observing or enforcing; while it observes it counts what it would have
 * refused and lets it pass. Beside the rules, oddities are noticed that no rule forbids: they
 * become findings, which a person dismisses or acts on. Everything that is asked for a message or a
 * connection is answered from memory and never waits; the store is written in the background.
 * Nothing a schema or pattern says may cost more than a bounded number of steps, and none refers to
 * anything outside of itself. Read {@link dev.breakwater.server.firewall.Firewall} first.
 */
@NullMarked
package dev.breakwater.server.firewall;

import org.jspecify.annotations.NullMarked;
