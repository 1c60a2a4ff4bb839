/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.envelope.KeyId;
import dev.breakwater.protocol.envelope.Opener;
import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.envelope.EnvelopeKeyStore.Kept;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The envelope keys of all organizations: durable first, then in force. They are held in memory,
 * because event loops ask for them; what changes them, and {@link #currentOrMade}, blocks and
 * belongs on virtual threads.
 *
 * <p>A key of the server that another one has replaced opens until a stated time. Then its private
 * half is destroyed: it counts for nothing from that very instant on, whenever its row goes. A
 * backup of the database that was made before still has it, sealed as it was.
 */
public final class EnvelopeKeys implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EnvelopeKeys.class);
    private static final int PAGE = 500;
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** Nobody rotates for years and is then cut off: how long a key may be sealed to. */
    private static final Duration SEALED_TO = Duration.ofDays(3_650);

    private final EnvelopeKeyStore store;
    private final SealingKey sealingKey;
    private final int keysMax;
    private final int encapsulationsMax;
    private final Clock clock;
    private final Map<OrganizationId, HeldKeys> held = new ConcurrentHashMap<>();
    private final ReentrantLock changing = new ReentrantLock();

    /** Whether something may be kept that is not in force; guarded by the lock. */
    private boolean stale;

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("envelope-keys").factory());

    /** What came of a wish for another key. */
    public sealed interface Change {

        /** It is in force. */
        record Made(EnvelopeKey key) implements Change {}

        /** The organization has this key already. */
        record Known() implements Change {}

        /** The organization has as many keys as it may. */
        record TooMany(int keysMax) implements Change {}
    }

    /** Wires them and brings all that are kept into force. Blocks. */
    public EnvelopeKeys(EnvelopeKeyStore store, SealingKey sealingKey, Limits limits, Clock clock) {
        this.store = store;
        this.sealingKey = sealingKey;
        this.keysMax = limits.of(Limit.ENVELOPE_KEYS_PER_ORGANIZATION);
        this.encapsulationsMax = limits.of(Limit.ENVELOPE_ENCAPSULATIONS_PER_ORGANIZATION);
        this.clock = clock;
        load();
    }

    /** Destroys keys whose time is over, from now on until it is closed. */
    public void start() {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::destroyEndedOrLog, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void load() {
        Map<OrganizationId, List<Kept>> all = new HashMap<>();
        Optional<EnvelopeKeyId> after = Optional.empty();
        List<Kept> page;
        do {
            page = store.keys(after, PAGE);
            page.forEach(
                    kept ->
                            all.computeIfAbsent(kept.key().organization(), _ -> new ArrayList<>())
                                    .add(kept));
            after = page.isEmpty() ? after : Optional.of(page.getLast().key().id());
        } while (page.size() == PAGE);
        all.forEach(this::hold);
    }

    private void hold(OrganizationId organization, List<Kept> kept) {
        HeldKeys before = held.getOrDefault(organization, HeldKeys.NONE);
        Map<EnvelopeKeyId, RecipientKeyPair> pairs = new HashMap<>();
        for (Kept each : kept) {
            EnvelopeKey key = each.key();
            each.sealedPrivateKey()
                    .ifPresent(
                            closed -> {
                                RecipientKeyPair known = before.pairs().get(key.id());
                                pairs.put(key.id(), known == null ? opened(key, closed) : known);
                            });
        }
        List<EnvelopeKey> keys = kept.stream().map(Kept::key).toList();
        HeldKeys next =
                before.replacedBy(keys, pairs, ring -> new Opener(ring, clock, encapsulationsMax));
        held.put(organization, next);
    }

    private RecipientKeyPair opened(EnvelopeKey key, byte[] sealed) {
        byte[] privateKey;
        try {
            privateKey = sealingKey.open(sealed, context(key.id()));
        } catch (SealBroken broken) {
            throw new IllegalStateException(
                    "the envelope key " + key.id() + " cannot be opened", broken);
        }
        try {
            return RecipientKeyPair.of(key.key().suite(), privateKey, key.key().validity());
        } finally {
            Arrays.fill(privateKey, (byte) 0);
        }
    }

    private static byte[] context(EnvelopeKeyId key) {
        return ("envelope key " + key).getBytes(StandardCharsets.UTF_8);
    }

    /** Those of an organization that count now, the oldest first. Never blocks. */
    public List<EnvelopeKey> of(OrganizationId organization) {
        Instant now = clock.instant();
        return held.getOrDefault(organization, HeldKeys.NONE).keys().stream()
                .filter(key -> key.livesAt(now))
                .toList();
    }

    /** The key to seal to, of those that this holder has. Never blocks. */
    public Optional<EnvelopeKey> current(OrganizationId organization, KeyHolder holder) {
        Instant now = clock.instant();
        return of(organization).stream()
                .filter(key -> key.holder() == holder && !key.isReplaced())
                .filter(key -> key.key().validity().covers(now))
                .max(Comparator.comparing(key -> key.key().validity().notBefore()));
    }

    /** The key of this short name that counts now. Never blocks. */
    Optional<EnvelopeKey> named(OrganizationId organization, KeyId name) {
        return Optional.ofNullable(held.getOrDefault(organization, HeldKeys.NONE).named(name))
                .filter(key -> key.livesAt(clock.instant()));
    }

    /** What opens with the server's keys for the organization. Never blocks. */
    Optional<Opener> opener(OrganizationId organization) {
        return held.getOrDefault(organization, HeldKeys.NONE).opener();
    }

    /** The server's current key, made now if there is none: the first device to need it does so. */
    public Change currentOrMade(OrganizationId organization) {
        Optional<EnvelopeKey> current = current(organization, KeyHolder.SERVER);
        if (current.isPresent()) {
            return new Change.Made(current.get());
        }
        changing.lock();
        try {
            return current(organization, KeyHolder.SERVER)
                    .<Change>map(Change.Made::new)
                    .orElseGet(() -> rotate(organization, Duration.ZERO, new Actor.Server()));
        } finally {
            changing.unlock();
        }
    }

    /**
     * Makes another key of the server the current one.
     *
     * @param opensFor for how long those before it open what is sealed to them
     */
    public Change rotate(OrganizationId organization, Duration opensFor, Actor actor) {
        changing.lock();
        try {
            Instant now = now();
            Validity validity = new Validity(begin(organization, now), now.plus(SEALED_TO));
            RecipientKeyPair pair =
                    RecipientKeyPair.fresh(Suite.X25519_CHACHA20_POLY1305, validity);
            EnvelopeKey key =
                    new EnvelopeKey(
                            EnvelopeKeyId.fresh(),
                            organization,
                            KeyHolder.SERVER,
                            pair.published(),
                            now,
                            Optional.empty());
            byte[] privateKey = pair.privateKey();
            byte[] sealed = sealingKey.seal(privateKey, context(key.id()));
            Arrays.fill(privateKey, (byte) 0);
            pair.destroy();
            return add(
                    new Kept(key, Optional.of(sealed)),
                    now.plus(opensFor),
                    AuditAction.ENVELOPE_KEY_CREATED,
                    actor);
        } finally {
            changing.unlock();
        }
    }

    /**
     * Enters a key whose private half the organization holds. It is sealed to from now on.
     *
     * @throws IllegalArgumentException if it is no public key of the suite
     */
    public Change enter(OrganizationId organization, byte[] publicKey, Actor actor) {
        changing.lock();
        try {
            Instant now = now();
            RecipientKey own =
                    RecipientKey.of(
                            Suite.X25519_CHACHA20_POLY1305,
                            publicKey,
                            new Validity(begin(organization, now), now.plus(SEALED_TO)));
            EnvelopeKey key =
                    new EnvelopeKey(
                            EnvelopeKeyId.fresh(),
                            organization,
                            KeyHolder.ORGANIZATION,
                            own,
                            now,
                            Optional.empty());
            return add(
                    new Kept(key, Optional.empty()), now, AuditAction.ENVELOPE_KEY_ENTERED, actor);
        } finally {
            changing.unlock();
        }
    }

    /**
     * Of two keys the one that began last is sealed to, so no two begin at once; and a key begins a
     * day ago, so that a device whose clock is behind may seal to it.
     */
    private Instant begin(OrganizationId organization, Instant now) {
        Instant earliest = now.minus(Opener.CLOCK_AHEAD_MAX);
        return of(organization).stream()
                .map(key -> key.key().validity().notBefore().plus(1, ChronoUnit.MICROS))
                .filter(later -> later.isAfter(earliest))
                .max(Comparator.naturalOrder())
                .orElse(earliest);
    }

    private Change add(Kept fresh, Instant othersOpenUntil, AuditAction action, Actor actor) {
        EnvelopeKey key = fresh.key();
        AuditEvent event =
                event(key, action, actor, Map.of("others-open-until", othersOpenUntil.toString()));
        OrganizationId organization = key.organization();
        try {
            return switch (store.add(organization, fresh, othersOpenUntil, keysMax, event)) {
                case ADDED -> new Change.Made(key);
                case KNOWN -> new Change.Known();
                case TOO_MANY -> new Change.TooMany(keysMax);
            };
        } finally {
            readAgain(organization);
        }
    }

    /** Takes a key off before its time. */
    public Retirement retire(OrganizationId organization, EnvelopeKeyId id, Actor actor) {
        changing.lock();
        try {
            Optional<EnvelopeKey> found =
                    of(organization).stream().filter(key -> key.id().equals(id)).findFirst();
            if (found.isEmpty()) {
                return Retirement.NO_SUCH_KEY;
            }
            if (found.get().holder() == KeyHolder.SERVER && !found.get().isReplaced()) {
                return Retirement.IS_CURRENT;
            }
            return remove(found.get(), AuditAction.ENVELOPE_KEY_RETIRED, actor)
                    ? Retirement.RETIRED
                    : Retirement.NO_SUCH_KEY;
        } finally {
            changing.unlock();
        }
    }

    private boolean remove(EnvelopeKey key, AuditAction action, Actor actor) {
        try {
            return store.remove(key.organization(), key.id(), event(key, action, actor, Map.of()));
        } finally {
            readAgain(key.organization());
        }
    }

    private static AuditEvent event(
            EnvelopeKey key, AuditAction action, Actor actor, Map<String, String> more) {
        Map<String, String> details = new HashMap<>(more);
        details.put("holder", key.holder().code());
        details.put("short-id", key.key().id().toString());
        return AuditEvent.of(
                key.organization(), actor, action, "envelope-key:" + key.id(), details);
    }

    /**
     * What is in force is what is kept, also where nobody knew how a change had ended. If it cannot
     * be read, what was in force stays so, and the next round reads all again.
     */
    private void readAgain(OrganizationId organization) {
        try {
            hold(organization, store.keys(organization));
        } catch (StorageUnavailable later) {
            stale = true;
            LOG.warn("the envelope keys of {} cannot be read again now", organization, later);
        }
    }

    private void destroyEndedOrLog() {
        try {
            destroyEnded();
        } catch (RuntimeException later) {
            LOG.error("envelope keys whose time is over cannot be destroyed now", later);
        }
    }

    /** Destroys the private halves whose time is over, and says how many they were. Blocks. */
    int destroyEnded() {
        int count = 0;
        changing.lock();
        try {
            if (stale) {
                load();
                stale = false;
            }
            Instant now = clock.instant();
            List<EnvelopeKey> ended =
                    held.values().stream()
                            .flatMap(keys -> keys.keys().stream())
                            .filter(key -> !key.livesAt(now))
                            .toList();
            for (EnvelopeKey key : ended) {
                if (remove(key, AuditAction.ENVELOPE_KEY_DESTROYED, new Actor.Server())) {
                    count++;
                }
            }
        } finally {
            changing.unlock();
        }
        return count;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Wipes what is held. */
    @Override
    public void close() {
        thread.close();
        held.values().forEach(keys -> keys.pairs().values().forEach(RecipientKeyPair::destroy));
    }
}
