/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import java.io.IOException;

/**
 * The lowest release counter that may still be installed. It only rises. {@link SealedFloor} keeps
 * it on the medium, where somebody who holds the device can put an older state back; a monotonic
 * counter of a TPM or a token behind this interface stops that, too.
 */
public interface RollbackFloor {

    /** The floor, 0 at first. */
    long floor() throws IOException;

    /** Raises it; durable when this returns. Nothing happens if it is higher already. */
    void raise(long to) throws IOException;
}
