/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

/** Too few keys of a role have signed a file. */
public final class WrongSignatures extends Exception {

    private static final long serialVersionUID = 1L;

    WrongSignatures(String message) {
        super(message);
    }
}
