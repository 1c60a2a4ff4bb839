/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Runs every request on a virtual thread. Jetty does so when a selector finds it, and not when its
 * bytes came in one packet with the end of the handshake or with the request before: those it runs
 * on one of the platform threads, of which there are few, and as many slow bodies would leave none
 * that reads what anybody else sends.
 */
final class OnVirtualThread extends Handler.Wrapper {

    private final Executor virtualThreads;

    OnVirtualThread(Handler next, Executor virtualThreads) {
        super(next);
        this.virtualThreads = virtualThreads;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (Thread.currentThread().isVirtual()) {
            return super.handle(request, response, callback);
        }
        virtualThreads.execute(() -> handleHere(request, response, callback));
        return true;
    }

    /** As Jetty does it where a handler throws or does not know what to do. */
    private void handleHere(Request request, Response response, Callback callback) {
        try {
            if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Exception failed) {
            Response.writeError(request, response, callback, failed);
        }
    }
}
