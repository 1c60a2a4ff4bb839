/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Which release a device may install: two statements that have to agree.
 *
 * <p>Guarantees: a {@link dev.breakwater.protocol.update.release.VerifiedRelease} exists only if
 * the release keys, which are offline, say what the release is and for which hardware; if the
 * director, which is online, names this device and this very file, today; and if it is newer than
 * what runs and not below the floor. A stolen server can so neither invent firmware nor take a
 * device back, and stolen release keys alone reach no device. Refuses everything else with an
 * {@link dev.breakwater.protocol.update.trust.UpdateRefused}.
 *
 * <p>Read {@link dev.breakwater.protocol.update.release.ReleaseCheck} first.
 */
@NullMarked
package dev.breakwater.protocol.update.release;

import org.jspecify.annotations.NullMarked;
