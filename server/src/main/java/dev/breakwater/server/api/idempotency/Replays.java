/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.idempotency;

import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.durability.StorageUnavailable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries requests out once per key. Blocks; belongs on virtual threads. */
public final class Replays {

    /** How long a key is remembered. */
    public static final Duration MEMORY = Duration.ofHours(24);

    private static final Duration SWEEP = Duration.ofHours(1);
    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);
    private static final byte[] CONTEXT =
            "breakwater idempotent answer".getBytes(StandardCharsets.UTF_8);

    private final ReplayStore store;
    private final Clock clock;
    private final int keysMax;
    private final Set<ReplayStore.Key> inWork = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Instant> swept = new AtomicReference<>(Instant.EPOCH);

    /**
     * Wires the replays.
     *
     * @param keysMax keys remembered for one organization
     */
    public Replays(ReplayStore store, Clock clock, int keysMax) {
        this.store = store;
        this.clock = clock;
        this.keysMax = keysMax;
    }

    /** An answer in the form in which it is kept. */
    public interface Codec<A> {

        /** Whether the answer's request has changed something, so that it must not be repeated. */
        boolean binding(A answer);

        byte[] write(A answer);

        A read(byte[] bytes);
    }

    /** Carries out the request. */
    public interface Work<A> {
        A run();
    }

    /** What became of a request with a key. */
    public sealed interface Outcome<A> {

        /** It was carried out now, or this is what was answered when it was. */
        record Answered<A>(A answer, boolean replayed) implements Outcome<A> {}

        /** The key belongs to another request. */
        record AnotherRequest<A>() implements Outcome<A> {}

        /** The first request with this key has not ended yet. */
        record InWork<A>() implements Outcome<A> {}

        /**
         * The server was stopped while the first request was in work, or its answer was for a
         * secret that the caller's session has no longer.
         */
        record Unknown<A>() implements Outcome<A> {}
    }

    /**
     * Carries out the request unless its key says that it was.
     *
     * @param request method, path and body, as bytes
     */
    public <A> Outcome<A> once(
            AuthenticatedCaller caller,
            String idempotencyKey,
            byte[] request,
            Codec<A> codec,
            Work<A> work) {
        sweep();
        ReplayStore.Key key =
                new ReplayStore.Key(
                        caller.id(), sha256(idempotencyKey.getBytes(StandardCharsets.UTF_8)));
        String requestDigest = sha256(request);
        if (!inWork.add(key)) {
            return store.find(caller.organization(), key)
                    .map(earlier -> repeated(caller, idempotencyKey, earlier, requestDigest, codec))
                    .orElseGet(Outcome.InWork::new);
        }
        try {
            Optional<ReplayStore.Earlier> earlier =
                    store.reserve(
                            caller.organization(), key, requestDigest, clock.instant(), keysMax);
            if (earlier.isEmpty()) {
                A answer = carryOut(caller, key, idempotencyKey, codec, work);
                return new Outcome.Answered<>(answer, false);
            }
            Outcome<A> outcome =
                    repeated(caller, idempotencyKey, earlier.get(), requestDigest, codec);
            // Reserved on disk, yet in work nowhere but here: whoever had it in work is gone.
            return outcome instanceof Outcome.InWork<A> ? new Outcome.Unknown<>() : outcome;
        } finally {
            inWork.remove(key);
        }
    }

    private <A> A carryOut(
            AuthenticatedCaller caller,
            ReplayStore.Key key,
            String idempotencyKey,
            Codec<A> codec,
            Work<A> work) {
        A answer;
        try {
            answer = work.run();
        } catch (StorageUnavailable nothingStored) {
            store.release(caller.organization(), key);
            throw nothingStored;
        }
        if (!codec.binding(answer)) {
            store.release(caller.organization(), key);
            return answer;
        }
        byte[] sealed = sealingKey(caller, idempotencyKey).seal(codec.write(answer), CONTEXT);
        try {
            store.complete(caller.organization(), key, sealed);
        } catch (StorageUnavailable notKept) {
            // What was asked for is done and durable, and the client must hear so.
            LOG.warn("an answer could not be kept; a repetition will be told so", notKept);
        }
        return answer;
    }

    private <A> Outcome<A> repeated(
            AuthenticatedCaller caller,
            String idempotencyKey,
            ReplayStore.Earlier earlier,
            String requestDigest,
            Codec<A> codec) {
        if (!earlier.requestDigest().equals(requestDigest)) {
            return new Outcome.AnotherRequest<>();
        }
        if (earlier.sealedAnswer().isEmpty()) {
            return new Outcome.InWork<>();
        }
        try {
            byte[] answer =
                    sealingKey(caller, idempotencyKey).open(earlier.sealedAnswer().get(), CONTEXT);
            return new Outcome.Answered<>(codec.read(answer), true);
        } catch (SealBroken otherSecret) {
            // The session proved a second factor since, and goes on with another secret; the
            // answer is closed to whoever has that, and the request is not carried out again.
            LOG.debug("an earlier answer cannot be opened", otherSecret);
            return new Outcome.Unknown<>();
        }
    }

    private static SealingKey sealingKey(AuthenticatedCaller caller, String idempotencyKey) {
        return caller.sealingKey(
                ("idempotent answer " + idempotencyKey).getBytes(StandardCharsets.UTF_8));
    }

    private void sweep() {
        Instant now = clock.instant();
        Instant before = swept.get();
        if (before.plus(SWEEP).isBefore(now) && swept.compareAndSet(before, now)) {
            store.forgetBefore(now.minus(MEMORY));
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
