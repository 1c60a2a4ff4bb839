/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a device and its server say to each other of an update: the offer, what became of it, and
 * the files of it, piece by piece, where a product wants one connection only.
 *
 * <p>Guarantees that a message that exists is within its limits and in its only form. Refuses
 * everything else with a {@link dev.breakwater.protocol.message.MalformedMessage}. Nothing here is
 * believed for having been said: whether an offered release may be installed is judged by {@code
 * update.release} from what was signed, and what a device says of itself confirms no more than that
 * the device says so.
 *
 * <p>Read {@link dev.breakwater.protocol.update.offer.UpdateOffer} first.
 */
@NullMarked
package dev.breakwater.protocol.update.offer;

import org.jspecify.annotations.NullMarked;
