/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Everything the device keeps on disk, sealed.
 *
 * <p>Guarantees: content is written under AES-256-GCM with its name as context, so it can neither
 * be read nor moved under another name without the wrapping key; after a power cut at any moment a
 * name holds its old content or its new content, never a part; nothing is kept that the product's
 * {@link dev.breakwater.device.storage.StorageManifest} does not declare, and nothing longer than
 * that says. Refuses to hand out content that was changed, to write what is not declared, and a
 * wrapping key file that others may read. It cannot notice that the whole directory was put back to
 * an older state: that takes a counter in hardware, behind {@link
 * dev.breakwater.device.storage.WrappingKey}.
 *
 * <p>Read {@link dev.breakwater.device.storage.SealedStorage} first.
 */
@NullMarked
package dev.breakwater.device.storage;

import org.jspecify.annotations.NullMarked;
