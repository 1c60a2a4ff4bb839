/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Admits a bounded number of requests at a time. Virtual threads are cheap, what they wait for is
 * not: beyond the bound a request is refused at once, before its body is read, instead of queued.
 */
final class RequestsInWork extends Handler.Wrapper {

    private static final int RETRY_SECONDS = 2;

    private final Semaphore places;

    RequestsInWork(Handler next, int requestsMax) {
        super(next);
        this.places = new Semaphore(requestsMax);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!places.tryAcquire()) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_SECONDS);
            Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
            return true;
        }
        Request.addCompletionListener(request, ignoredFailure -> places.release());
        return super.handle(request, response, callback);
    }
}
