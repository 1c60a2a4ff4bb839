/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a maker has entered of the labels on its devices: which serial, of which product, is known
 * by which set-up key. A label is no device; it says who may become one by a set-up ticket.
 *
 * <p>Guarantees that within an organization a serial has one label, and a key too, so that a key
 * that was copied into a second device is noticed when it is entered. Refuses to let a label go
 * while its device belongs to somebody. Read {@link dev.breakwater.server.label.DeviceLabels}
 * first.
 */
@NullMarked
package dev.breakwater.server.label;

import org.jspecify.annotations.NullMarked;
