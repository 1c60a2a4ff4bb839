/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.SourceNetwork;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Request;

/**
 * A request's place among those in work. It is given back when the request ends, or before that by
 * whoever answers for hours and is counted elsewhere: such answers must not keep others out.
 *
 * <p>While a request waits for its own client, to send the body or to take the reply, its place may
 * be given to somebody else, and its connection is closed then.
 */
public final class RequestPlace {

    private static final String ATTRIBUTE = RequestPlace.class.getName();
    private static final long NEVER = Long.MAX_VALUE;

    private final Request request;
    private final SourceNetwork source;
    private final AtomicBoolean taken = new AtomicBoolean(true);
    private final Runnable leave;
    private volatile long clientSinceNanos = NEVER;

    private RequestPlace(Request request, SourceNetwork source, Runnable leave) {
        this.request = request;
        this.source = source;
        this.leave = leave;
    }

    /** To be called by whoever has counted the request. */
    static RequestPlace take(Request request, SourceNetwork source, Runnable leave) {
        RequestPlace place = new RequestPlace(request, source, leave);
        request.setAttribute(ATTRIBUTE, place);
        Request.addCompletionListener(request, ignoredFailure -> place.giveBack());
        return place;
    }

    /** Gives the place back early. The request goes on, and is counted by its own limits. */
    public static void release(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof RequestPlace place) {
            boolean _ = place.giveBack();
        }
    }

    /** The request waits for its client, and has perhaps done so before. */
    static void awaitsClient(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof RequestPlace place
                && place.clientSinceNanos == NEVER) {
            place.clientSinceNanos = System.nanoTime();
        }
    }

    /** The client has done its part. */
    static void worksAgain(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof RequestPlace place) {
            place.clientSinceNanos = NEVER;
        }
    }

    /** For how long the client has been at it, in nanoseconds; negative if it is not. */
    long clientNanos() {
        long since = clientSinceNanos;
        return since == NEVER ? -1 : System.nanoTime() - since;
    }

    /** Takes the place away and closes the connection; false if it was given back before. */
    boolean evict() {
        if (!giveBack()) {
            return false;
        }
        Peer.socket(request).close();
        return true;
    }

    /** The address it comes from. */
    String address() {
        return Peer.address(request);
    }

    /** By which it is counted. */
    SourceNetwork source() {
        return source;
    }

    private boolean giveBack() {
        if (!taken.compareAndSet(true, false)) {
            return false;
        }
        leave.run();
        return true;
    }
}
