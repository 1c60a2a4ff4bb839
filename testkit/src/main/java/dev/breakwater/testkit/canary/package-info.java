/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Values planted to be looked for where they must not be.
 *
 * <p>Guarantees: a canary is found in a file whatever surrounds it, raw, in hex, in base64 at any
 * alignment, backwards or in UTF-16. Refuses to prove more than that: what was compressed,
 * encrypted or split is not found, so a search that finds nothing says something only about places
 * that another search would find.
 *
 * <p>Read {@link dev.breakwater.testkit.canary.Canaries} first; {@link
 * dev.breakwater.testkit.canary.FlashImage} looks for what nobody planted.
 */
@NullMarked
package dev.breakwater.testkit.canary;

import org.jspecify.annotations.NullMarked;
