/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code event} commands: what happens, as it happens.
 *
 * <p>It guarantees that no event is shown twice and that a gap is said, never passed over. It ends
 * when the profile's token does. Read {@link dev.breakwater.cli.event.EventCommand} first.
 */
@NullMarked
package dev.breakwater.cli.event;

import org.jspecify.annotations.NullMarked;
