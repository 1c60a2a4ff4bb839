/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.session.DeliveryOutcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A delivery whose outcome a test waits for. */
final class Outcome implements DeliveryOutcome {

    private final CompletableFuture<Boolean> told = new CompletableFuture<>();

    @Override
    public void delivered() {
        tell(true);
    }

    @Override
    public void undelivered() {
        tell(false);
    }

    private void tell(boolean delivered) {
        if (!told.complete(delivered)) {
            told.obtrudeException(new AssertionError("the outcome was told twice"));
        }
    }

    boolean wasDelivered() throws Exception {
        return told.get(10, TimeUnit.SECONDS);
    }
}
