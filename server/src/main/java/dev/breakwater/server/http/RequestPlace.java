/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Request;

/**
 * A request's place among those in work. It is given back when the request ends, or before that by
 * whoever answers for hours and is counted elsewhere: such answers must not keep others out.
 */
public final class RequestPlace {

    private static final String ATTRIBUTE = RequestPlace.class.getName();

    private final AtomicBoolean taken = new AtomicBoolean(true);
    private final Runnable leave;

    private RequestPlace(Runnable leave) {
        this.leave = leave;
    }

    /** To be called by whoever has counted the request. */
    static void take(Request request, Runnable leave) {
        RequestPlace place = new RequestPlace(leave);
        request.setAttribute(ATTRIBUTE, place);
        Request.addCompletionListener(request, ignoredFailure -> place.giveBack());
    }

    /** Gives the place back early. The request goes on, and is counted by its own limits. */
    public static void release(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof RequestPlace place) {
            place.giveBack();
        }
    }

    private void giveBack() {
        if (taken.compareAndSet(true, false)) {
            leave.run();
        }
    }
}
