/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Switches and buttons as Linux shows them: events of an input device, {@code /dev/input/event0}.
 *
 * <p>Why these and no GPIO lines: the kernel's driver ({@code gpio-keys}) debounces, wakes nobody
 * while nothing happens, keeps what happened between two looks, and says at the first opening that
 * a switch is closed already; it is one file that is read, where a GPIO line takes system calls
 * that Java does not have or a program that must be there and be watched.
 *
 * <p>Guarantees that no event is made up and that one which was lost is told. Refuses to take a
 * device that cannot be read for one that is quiet.
 *
 * <p>Read {@link dev.breakwater.device.input.InputDevice} first.
 */
@NullMarked
package dev.breakwater.device.input;

import org.jspecify.annotations.NullMarked;
