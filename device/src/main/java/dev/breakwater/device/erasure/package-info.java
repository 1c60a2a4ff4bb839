/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * How a device forgets.
 *
 * <p>Guarantees: keys go first, so that what is left at any moment is noise; an erasure that was
 * begun is finished by the next start, before anything else, whatever cut it short and how often;
 * afterwards the device is unconfigured and will have another identity; what was erased and when
 * says a receipt signed with the set-up key, which alone outlives it. Refuses to say "erased" while
 * anything could not be erased.
 *
 * <p>Read {@link dev.breakwater.device.erasure.Erasure} first.
 */
@NullMarked
package dev.breakwater.device.erasure;

import org.jspecify.annotations.NullMarked;
