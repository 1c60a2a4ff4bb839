/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.account.Authentication;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.api.contract.Operation;
import dev.breakwater.server.event.EventFeed;
import dev.breakwater.server.http.RequestPlace;
import dev.breakwater.server.organization.OrganizationId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.FutureCallback;
import org.eclipse.jetty.util.component.Graceful;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends live replies as server-sent events (HTML Living Standard, section 9.2), each on the virtual
 * thread of its request. A reader who takes nothing for too long is cut off: what waits for such a
 * reader is never more than one portion.
 */
final class LiveWriter implements Graceful {

    private static final Logger LOG = LoggerFactory.getLogger(LiveWriter.class);

    /** How long a browser waits before it comes back; it may have been one of many. */
    private static final String RETRY = "retry: 3000\n\n";

    /** What changes who may see what. */
    private static final Set<String> DECIDING =
            Stream.of(
                            Permission.ORGANIZATION_WRITE,
                            Permission.MEMBERS_WRITE,
                            Permission.TOKENS_WRITE,
                            Permission.SELF_WRITE,
                            Permission.OWNERS_WRITE,
                            Permission.DEVICES_REVOKE,
                            Permission.FINDINGS_WRITE)
                    .map(Permission::code)
                    .collect(Collectors.toUnmodifiableSet());

    private final ReplyWriter replies;
    private final EventFeed events;
    private final Duration patience;
    private final AtomicBoolean stopping = new AtomicBoolean();

    /**
     * @param patience how long one portion may take to be written
     */
    LiveWriter(ReplyWriter replies, EventFeed events, Duration patience) {
        this.replies = replies;
        this.events = events;
        this.patience = patience;
    }

    /**
     * To be told of every answer before it is written: if it has changed what callers may see, who
     * listens is judged anew before anything more is shown.
     */
    void noteDone(
            Rendered answer, Optional<Operation> operation, Optional<OrganizationId> organization) {
        boolean decides =
                answer.status() < 300
                        && operation.isPresent()
                        && !operation.get().isSafe()
                        && DECIDING.contains(operation.get().permission());
        if (decides) {
            organization.ifPresent(events::doubt);
        }
    }

    /** The listener's end: what goes on must not hold it up. */
    @Override
    public CompletableFuture<Void> shutdown() {
        stopping.set(true);
        events.stop();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isShutdown() {
        return stopping.get();
    }

    /** Writes head and events; returns at the end of it. */
    void write(
            Rendered head,
            Operation operation,
            Supplier<Authentication> again,
            Request request,
            Response response,
            Callback callback) {
        LiveReply live = head.live().orElseThrow();
        try {
            // The place is given back before the reader can see the end.
            try (live) {
                replies.head(head, request, response);
                if (!request.getMethod().equals("HEAD")) {
                    RequestPlace.release(request);
                    request.addFailureListener(ignoredGone -> live.close());
                    Portions portions = new Portions(operation, response);
                    portions.text.append(RETRY);
                    live.run(portions, again);
                }
            }
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
        } catch (IOException gone) {
            LOG.debug("the reader of {} is gone: {}", operation, gone.toString());
            callback.failed(gone);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            callback.failed(stopping);
        } catch (RuntimeException defect) {
            // The head is out: there is no other way to tell than to break off.
            LOG.error("the live reply of {} met a defect", operation, defect);
            callback.failed(defect);
        }
    }

    /** Collects events and sends them together. */
    private final class Portions implements LiveReply.Outlet {

        private final Operation operation;
        private final Response response;
        private final StringBuilder text = new StringBuilder();

        Portions(Operation operation, Response response) {
            this.operation = operation;
            this.response = response;
        }

        @Override
        public void event(String name, String id, Object data) {
            text.append("id: ").append(id).append('\n');
            event(name, data);
        }

        @Override
        public void event(String name, Object data) {
            text.append("event: ").append(name).append('\n');
            // Compact JSON has no line breaks, which would need a "data:" each.
            text.append("data: ").append(replies.event(operation, name, data)).append("\n\n");
        }

        @Override
        public void place(String id) {
            text.append(": here\nid: ").append(id).append("\n\n");
        }

        @Override
        public void flush() throws IOException {
            if (text.isEmpty()) {
                return;
            }
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
            text.setLength(0);
            FutureCallback written = new FutureCallback();
            response.write(false, bytes, written);
            try {
                written.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException failed) {
                throw new IOException("not written", failed.getCause());
            } catch (TimeoutException tooSlow) {
                throw new IOException("the reader takes nothing", tooSlow);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new IOException("the server stops", stopping);
            }
        }
    }
}
