/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.ban.SourceNetwork;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Admits a bounded number of requests at a time. Virtual threads are cheap, what they wait for is
 * not: beyond the bound a request is refused at once, before its body is read, instead of queued.
 * One source may have a part of them only, or a single stranger who sends bodies slowly would keep
 * everybody out. Each listener has its own, so that people who fill theirs take nothing from
 * devices.
 */
final class RequestsInWork extends Handler.Wrapper {

    private final Gate gate;
    private final Bans bans;
    private final Semaphore places;
    private final int perSourceMax;
    private final ConcurrentHashMap<SourceNetwork, Integer> bySource = new ConcurrentHashMap<>();

    RequestsInWork(Handler next, Gate gate, Bans bans, int requestsMax, int perSourceMax) {
        super(next);
        this.gate = gate;
        this.bans = bans;
        this.places = new Semaphore(requestsMax);
        this.perSourceMax = perSourceMax;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        SourceNetwork source = SourceNetwork.of(Peer.address(request));
        if (bans.turnsAway(source)) {
            // On a connection that is older than the ban: it ends here.
            Peer.socket(request).close();
            callback.failed(new EofException("the source is banned"));
            return true;
        }
        if (!tryEnter(source)) {
            gate.busy(request, response, callback, "too many requests in work");
            return true;
        }
        RequestPlace.take(request, () -> leave(source));
        return super.handle(request, response, callback);
    }

    private boolean tryEnter(SourceNetwork source) {
        if (!places.tryAcquire()) {
            return false;
        }
        if (bySource.merge(source, 1, Integer::sum) > perSourceMax) {
            leave(source);
            return false;
        }
        return true;
    }

    private void leave(SourceNetwork source) {
        bySource.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
        places.release();
    }
}
