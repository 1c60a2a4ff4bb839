/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a maker tells the owners of a product: what its devices keep and whom they talk to, until
 * when it is supported, how to erase one by hand, and whom to tell of a vulnerability. Everybody
 * may read it; a page is made of it.
 *
 * <p>Guarantees that "not stated" and "stated to be nothing" stay apart, so that a page never says
 * more than the maker did, and that a link leads by https or mailto and nowhere else. Refuses
 * characters that nobody sees and that turn the direction of a text around. Read {@link
 * dev.breakwater.server.guidance.OwnerGuidance} first.
 */
@NullMarked
package dev.breakwater.server.guidance;

import org.jspecify.annotations.NullMarked;
