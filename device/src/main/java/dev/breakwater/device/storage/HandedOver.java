/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import java.io.IOException;
import java.io.Serial;

/**
 * The storage belongs to an erasure: whoever still holds it must not write into what is being
 * destroyed. Open it anew once the device has started again.
 */
public final class HandedOver extends IOException {

    @Serial private static final long serialVersionUID = 1;

    HandedOver() {
        super("the device is being erased: its storage takes and gives nothing any more");
    }
}
