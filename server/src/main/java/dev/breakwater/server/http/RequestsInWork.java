/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.ban.SourceNetwork;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * everybody out. Where many sources do, and all places are taken, a new request gets the place of
 * the one that has been waiting longest for its own client. Each listener has its own, so that
 * people who fill theirs take nothing from devices.
 */
final class RequestsInWork extends Handler.Wrapper {

    /** Nobody who is quicker than that loses a place. */
    private static final long SLOW_NANOS = Duration.ofSeconds(1).toNanos();

    private final Gate gate;
    private final Bans bans;
    private final Semaphore places;
    private final int perSourceMax;
    private final ConcurrentHashMap<SourceNetwork, Integer> bySource = new ConcurrentHashMap<>();
    private final Set<RequestPlace> taken = ConcurrentHashMap.newKeySet();

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
        if (!places.tryAcquire() && !(evictSlowest() && places.tryAcquire())) {
            gate.busy(request, response, callback, "too many requests in work");
            return true;
        }
        if (!countIn(source)) {
            gate.busy(request, response, callback, "too many requests of one source in work");
            return true;
        }
        RequestPlace place = RequestPlace.take(request, () -> leave(source));
        taken.add(place);
        Request.addCompletionListener(request, ignoredFailure -> taken.remove(place));
        return super.handle(request, response, callback);
    }

    /** Whether there was one whose client is slow. */
    private boolean evictSlowest() {
        Optional<RequestPlace> slowest =
                taken.stream()
                        .filter(place -> place.clientNanos() >= SLOW_NANOS)
                        .max(Comparator.comparingLong(RequestPlace::clientNanos));
        if (slowest.isEmpty() || !slowest.get().evict()) {
            return false;
        }
        gate.refused(
                RefusalReason.CONNECTION_SHED,
                slowest.get().source(),
                Map.of("why", "others need the place that its request waited in"));
        return true;
    }

    private boolean countIn(SourceNetwork source) {
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
