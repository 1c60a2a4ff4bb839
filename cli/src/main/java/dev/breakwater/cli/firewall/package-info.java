/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code firewall} and {@code finding} commands: what a product allows its devices, and what
 * was odd about some of them.
 *
 * <p>They guarantee that rules which are set are those of the file, all of them, and that nobody's
 * change in the meantime is overwritten. What a rule may say is the server's decision: this is a
 * layer over its API. Read {@link dev.breakwater.cli.firewall.FirewallCommand} first.
 */
@NullMarked
package dev.breakwater.cli.firewall;

import org.jspecify.annotations.NullMarked;
