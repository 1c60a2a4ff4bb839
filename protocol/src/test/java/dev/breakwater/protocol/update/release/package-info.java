/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** Tests of releases and of what the director says, as bytes of strangers. */
@NullMarked
package dev.breakwater.protocol.update.release;

import org.jspecify.annotations.NullMarked;
