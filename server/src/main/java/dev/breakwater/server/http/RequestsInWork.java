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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;

/**
 * Admits a bounded number of requests at a time. Virtual threads are cheap, what they wait for is
 * not: beyond the bound a request is refused at once, before its body is read, instead of queued.
 * One source may have a part of them only, or a single stranger who sends bodies slowly would keep
 * everybody out. Where many sources do, and all places are taken, a new request gets the place of
 * the one that has been waiting longest for its own client: of a source that has more places than
 * the new one's, if there is such a request, and of any other only if that has been long. Each
 * listener has its own, so that people who fill theirs take nothing from devices.
 */
final class RequestsInWork extends Handler.Wrapper implements Graceful {

    /** Nobody who is quicker than that loses a place to somebody who has as many. */
    private static final long SLOW_NANOS = Duration.ofSeconds(1).toNanos();

    /** Nobody who is quicker than that loses a place at all. */
    private static final long PROMPT_NANOS = Duration.ofMillis(50).toNanos();

    private static final int TRIES = 8;

    private final Gate gate;
    private final Bans bans;
    private final Semaphore places;
    private final int perSourceMax;
    private final ConcurrentHashMap<SourceNetwork, Integer> bySource = new ConcurrentHashMap<>();
    private final Set<RequestPlace> taken = ConcurrentHashMap.newKeySet();
    private final Graceful.Shutdown end =
            new Graceful.Shutdown(this) {
                @Override
                public boolean isShutdownDone() {
                    return taken.isEmpty();
                }
            };

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
        if (isShutdown()) {
            gate.busy(request, response, callback, "the listener is being closed");
            return true;
        }
        // First, so that nobody loses a place to a source that may not have it.
        if (bySource.merge(source, 1, Integer::sum) > perSourceMax) {
            uncount(source);
            gate.busy(request, response, callback, "too many requests of one source in work");
            return true;
        }
        if (!places.tryAcquire() && !takeFromTheSlowest(source)) {
            uncount(source);
            gate.busy(request, response, callback, "too many requests in work");
            return true;
        }
        RequestPlace place = RequestPlace.take(request, source, () -> leave(source));
        taken.add(place);
        Request.addCompletionListener(
                request,
                ignoredFailure -> {
                    taken.remove(place);
                    end.check();
                });
        return super.handle(request, response, callback);
    }

    /** Takes no request any more; done when those that were taken have been answered. */
    @Override
    public CompletableFuture<Void> shutdown() {
        return end.shutdown();
    }

    @Override
    public boolean isShutdown() {
        return end.isShutdown();
    }

    /** Whether a place was found. Others look for one at the same time, and may be quicker. */
    private boolean takeFromTheSlowest(SourceNetwork newcomer) {
        for (int i = 0; i < TRIES; i++) {
            Optional<RequestPlace> slowest = slowest(bySource.getOrDefault(newcomer, 1));
            if (slowest.isEmpty()) {
                return false;
            }
            // Its request ends a little later, and would be found here again until then.
            taken.remove(slowest.get());
            if (slowest.get().evict()) {
                gate.refused(
                        RefusalReason.CONNECTION_SHED,
                        slowest.get().address(),
                        Map.of("why", "others need the place that its request waited in"));
            }
            if (places.tryAcquire()) {
                return true;
            }
        }
        return false;
    }

    /** The one to lose its place to a source that would have so many. */
    private Optional<RequestPlace> slowest(int fair) {
        return taken.stream()
                .filter(
                        place ->
                                place.clientNanos()
                                        >= (hasMore(place, fair) ? PROMPT_NANOS : SLOW_NANOS))
                .max(
                        Comparator.comparing((RequestPlace place) -> hasMore(place, fair))
                                .thenComparingLong(RequestPlace::clientNanos));
    }

    private boolean hasMore(RequestPlace place, int fair) {
        return bySource.getOrDefault(place.source(), 0) > fair;
    }

    private void uncount(SourceNetwork source) {
        bySource.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
    }

    private void leave(SourceNetwork source) {
        uncount(source);
        places.release();
    }
}
