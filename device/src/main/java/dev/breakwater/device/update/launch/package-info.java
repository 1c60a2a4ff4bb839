/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What starts a Java product from its slots, as a boot loader starts an image.
 *
 * <p>Guarantees: a boot on trial is counted on the medium before it begins; a version on trial that
 * ends or hangs is followed by its next boot or by the confirmed version, without anybody; the
 * confirmed version is started again whenever it fails, ever more slowly. It decides nothing about
 * health: that is the product's, and its time is the launcher's. It is no part of what is updated,
 * so it is small and needs little.
 *
 * <p>Read {@link dev.breakwater.device.update.launch.Launcher} first.
 */
@NullMarked
package dev.breakwater.device.update.launch;

import org.jspecify.annotations.NullMarked;
