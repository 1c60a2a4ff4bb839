/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.update.offer.FileChunk;
import dev.breakwater.protocol.update.offer.FileRequest;
import dev.breakwater.protocol.update.offer.UpdateFile;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.delivery.ReturnSpread;
import dev.breakwater.server.delivery.UpdateFiles;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.TokenRate;
import dev.breakwater.server.quota.Quota;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.OutboundMessage;
import java.io.Serial;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of updates over the channel: a request on {@code me/update/fetch}, the piece on {@code
 * me/update/chunk}. A device gets as many bytes a second as it may send, and is asked to wait
 * beyond that, as it is when too many others are served; it is the slow way, for products that want
 * no other connection.
 *
 * <p>A device has one request in work. One more takes the place of a request that still waits
 * behind it, so that no device makes a queue.
 */
public final class UpdateFetching implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UpdateFetching.class);

    /** Devices whose bytes are counted; the longest unseen go first, and have been quiet. */
    private static final int DEVICES_COUNTED = 65_536;

    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int BUSY_SECONDS_LEAST = 5;
    private static final int BUSY_SECONDS_MOST = 15;

    private final UpdateFiles files;
    private final LiveSessions sessions;
    private final Refusals refusals;
    private final Limits limits;
    private final LongSupplier nanos;
    private final BlockingWork work;

    /** What each device with a request in work wants next, if anything. */
    private final Map<DeviceId, Optional<Wanted>> inWork = new ConcurrentHashMap<>();

    private final Map<DeviceId, Long> spent =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Serial private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<DeviceId, Long> eldest) {
                    return size() > DEVICES_COUNTED;
                }
            };

    /**
     * Wires the topics.
     *
     * @param nanos a clock that is never set
     */
    public UpdateFetching(
            UpdateFiles files,
            LiveSessions sessions,
            Refusals refusals,
            Limits limits,
            LongSupplier nanos) {
        this.files = files;
        this.sessions = sessions;
        this.refusals = refusals;
        this.limits = limits;
        this.nanos = nanos;
        this.work = new BlockingWork(limits.of(Limit.CHANNEL_FETCHES_IN_WORK));
    }

    private record Wanted(
            AuthenticatedDevice device, FileRequest request, Completion<Object> completion) {

        /** It is taken, whatever is answered: who lost the answer asks again. */
        void acknowledge() {
            completion.durable(request);
        }
    }

    /** Takes one request. Never blocks. */
    void request(AuthenticatedDevice device, byte[] payload, Completion<Object> completion) {
        FileRequest request;
        try {
            request = FileRequest.parse(payload);
        } catch (MalformedMessage malformed) {
            completion.failed(
                    new MessageRefused(
                            RefusalReason.UPDATE_FETCH_MALFORMED,
                            String.valueOf(malformed.getMessage())));
            return;
        }
        enter(new Wanted(device, request, completion));
    }

    private void enter(Wanted wanted) {
        AtomicReference<Optional<Wanted>> replaced = new AtomicReference<>(Optional.empty());
        Optional<Wanted> waiting =
                inWork.compute(
                        wanted.device().id(),
                        (_, before) -> {
                            if (before == null) {
                                return Optional.empty();
                            }
                            replaced.set(before);
                            return Optional.of(wanted);
                        });
        replaced.get().ifPresent(Wanted::acknowledge);
        if (waiting.isEmpty() && !work.tryRun(() -> serve(wanted))) {
            String limit = Limit.CHANNEL_FETCHES_IN_WORK.key();
            LOG.debug("{} is reached: {} is asked to come again", limit, wanted.device());
            Optional<Wanted> next = Optional.of(wanted);
            while (next.isPresent()) {
                answer(next.get(), busy(next.get()));
                next = next(wanted.device().id());
            }
        }
    }

    /** What the device wants after what it was given; its place is free if that is nothing. */
    private Optional<Wanted> next(DeviceId device) {
        AtomicReference<Optional<Wanted>> waiting = new AtomicReference<>(Optional.empty());
        inWork.computeIfPresent(
                device,
                (_, before) -> {
                    waiting.set(before);
                    return before.isPresent() ? Optional.empty() : null;
                });
        return waiting.get();
    }

    private void serve(Wanted first) {
        Optional<Wanted> next = Optional.of(first);
        while (next.isPresent()) {
            Wanted wanted = next.get();
            try {
                answer(wanted, chunk(wanted));
            } catch (RuntimeException failure) {
                wanted.completion().failed(failure);
            }
            next = next(first.device().id());
        }
    }

    private FileChunk chunk(Wanted wanted) {
        long debtNanos = spend(wanted.device(), 0);
        if (debtNanos > 0) {
            long seconds = Math.ceilDiv(debtNanos, SECOND_NANOS);
            return new FileChunk.Later(wanted.request().request(), (int) seconds);
        }
        try {
            FileChunk chunk = files.piece(wanted.device(), wanted.request());
            long _ = spend(wanted.device(), FileChunk.HEADER_BYTES + cost(wanted, chunk));
            return chunk;
        } catch (StorageUnavailable unavailable) {
            LOG.warn("a piece of an update's file cannot be read", unavailable);
            return busy(wanted);
        }
    }

    /**
     * Bytes of content, as the device pays for them. An artifact that it may not have costs what it
     * would if it came, so that whoever asks on and on is soon asked to wait, and the operator
     * hears of it, as {@link dev.breakwater.server.delivery.UpdateDelivery} has it. A client that
     * follows a repository asks for metadata that is not there yet, which is no refusal.
     */
    private int cost(Wanted wanted, FileChunk chunk) {
        return switch (chunk) {
            case FileChunk.Piece piece -> piece.content().remaining();
            case FileChunk.NotFound _
                    when wanted.request().file() instanceof UpdateFile.Artifact artifact -> {
                refusals.record(
                        new Refusal(
                                RefusalReason.UPDATE_FILE_UNKNOWN,
                                "channel",
                                Optional.of(wanted.device().organization()),
                                new Actor.ProvenDevice(wanted.device().id()),
                                Map.of("artifact", artifact.sha256())));
                yield wanted.request().length();
            }
            case FileChunk.NotFound _, FileChunk.Later _ -> 0;
        };
    }

    /** Each at a moment of its own, or all who were sent away would return together. */
    private static FileChunk busy(Wanted wanted) {
        return new FileChunk.Later(
                wanted.request().request(),
                ReturnSpread.seconds(BUSY_SECONDS_LEAST, BUSY_SECONDS_MOST));
    }

    /** Returns how long it takes until the device owes nothing. */
    private long spend(AuthenticatedDevice device, int bytes) {
        long perSecond = device.quota().inForce(Quota.BYTES_PER_SECOND, limits);
        TokenRate rate =
                new TokenRate(perSecond, perSecond * limits.of(Limit.DEVICE_BURST_SECONDS));
        long now = nanos.getAsLong();
        synchronized (spent) {
            long bucket = rate.spend(spent.getOrDefault(device.id(), 0L), bytes, now);
            spent.put(device.id(), bucket);
            return rate.debtNanos(bucket, now);
        }
    }

    private void answer(Wanted wanted, FileChunk chunk) {
        AuthenticatedDevice device = wanted.device();
        sessions.of(device.id())
                .ifPresent(
                        session ->
                                session.deliver(
                                        new OutboundMessage(Topics.UPDATE_CHUNK, chunk.toBytes()),
                                        new Noted(device)));
        wanted.acknowledge();
    }

    /** Finishes what is in work. */
    @Override
    public void close() {
        work.close();
    }

    /** Nothing hangs on the delivery: a device asks again for what it did not get. */
    private record Noted(AuthenticatedDevice device) implements DeliveryOutcome {

        @Override
        public void delivered() {
            LOG.trace("{} has a piece of a file", device);
        }

        @Override
        public void undelivered() {
            LOG.debug("{} did not get a piece of a file; it will ask again", device);
        }
    }
}
