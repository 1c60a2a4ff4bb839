/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import java.io.Serial;

/** Somebody wanted to keep what the product's manifest does not declare; nothing was written. */
public final class UndeclaredItem extends IllegalArgumentException {

    @Serial private static final long serialVersionUID = 1;

    UndeclaredItem(String name, String product) {
        super(
                "%s is not declared in the storage manifest of %s, so it is not stored: declare it with its purpose, sensitivity and retention"
                        .formatted(name, product));
    }
}
