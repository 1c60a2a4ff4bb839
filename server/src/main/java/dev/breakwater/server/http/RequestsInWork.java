/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.util.concurrent.ConcurrentHashMap;
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
 * One source may have a part of them only, or a single stranger who sends bodies slowly would keep
 * everybody out.
 */
final class RequestsInWork extends Handler.Wrapper {

    private static final int RETRY_SECONDS = 2;

    private final Semaphore places;
    private final int perSourceMax;
    private final ConcurrentHashMap<String, Integer> bySource = new ConcurrentHashMap<>();

    RequestsInWork(Handler next, int requestsMax, int perSourceMax) {
        super(next);
        this.places = new Semaphore(requestsMax);
        this.perSourceMax = perSourceMax;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String source = Peer.network(Peer.address(request));
        if (!tryEnter(source)) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_SECONDS);
            Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
            return true;
        }
        RequestPlace.take(request, () -> leave(source));
        return super.handle(request, response, callback);
    }

    private boolean tryEnter(String source) {
        if (!places.tryAcquire()) {
            return false;
        }
        if (bySource.merge(source, 1, Integer::sum) > perSourceMax) {
            leave(source);
            return false;
        }
        return true;
    }

    private void leave(String source) {
        bySource.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
        places.release();
    }
}
