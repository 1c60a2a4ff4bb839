/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What "stored" means here: a {@link dev.breakwater.server.durability.Completion} is called with a
 * value only after the fsync that covers it (invariant I4). PUBACK, 2xx and "ok" are sent from
 * there and from nowhere else.
 *
 * <p>It refuses with {@link dev.breakwater.server.durability.StorageUnavailable} when the disk is
 * full, the database is gone or the queue in front of it has reached its limit; whoever sees it
 * must not acknowledge.
 */
@NullMarked
package dev.breakwater.server.durability;

import org.jspecify.annotations.NullMarked;
