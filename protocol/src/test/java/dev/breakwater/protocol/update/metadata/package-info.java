/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** Tests of the files of update metadata. */
@NullMarked
package dev.breakwater.protocol.update.metadata;

import org.jspecify.annotations.NullMarked;
