/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import java.io.Serial;

/**
 * A request that was authorized could not be served: the ledger, the lint or the key failed. It is
 * not the requester's fault, and they may try again. The message is for the operator.
 */
public final class IssuanceFailed extends Exception {

    @Serial private static final long serialVersionUID = 1;

    IssuanceFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
