/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a device does when somebody opens it, or guesses at its PIN.
 *
 * <p>Guarantees: a device that erases itself destroys keys before data and data before it reports,
 * and a power cut does not stop it; one that stops stays stopped over restarts; an attempt to
 * unlock is counted before it is made, so that cutting the power gives none away. Refuses to take a
 * sensor that cannot be read for one that gave the alarm: a loose wire must not cost a customer the
 * device.
 *
 * <p>Read {@link dev.breakwater.device.tamper.TamperResponse} first.
 */
@NullMarked
package dev.breakwater.device.tamper;

import org.jspecify.annotations.NullMarked;
