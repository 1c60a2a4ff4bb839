/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a device forget everything: first its keys, then everything else. A product asks at each
 * start, before it opens anything else, whether there is one to be finished:
 *
 * <pre>{@code
 * Erasure erasure =
 *         new Erasure(
 *                 serial,
 *                 survivors,
 *                 () -> place.open(survivors, serial).setupKey(),
 *                 List.of(Erasable.wrappingKey(keyFile), Erasable.keysIn(keyPlace, serial)),
 *                 List.of(Erasable.storage(data), Erasable.of("enrollment code", file::erase)),
 *                 clock);
 * erasure.finishIfBegun();
 * // ... open storage, start the agent ...
 * agent.onErasureOrder(erasure, this::restart); // given away: the server says so
 * // ... when the button has been held for ten seconds:
 * agent.close();
 * Receipt receipt = erasure.eraseNow(Cause.BY_HAND);
 * restart();
 * }</pre>
 *
 * <p>What a power cut leaves: before the mark is written, a device as it was; after it, one that is
 * erased to the end by its next start. Whatever was opened before an erasure must not be used after
 * it: keys may still stand in memory, so close the agent first and restart the process afterwards.
 * Where that has to be the other way round, since a lid was opened, {@link #takesOver} sees to it
 * that nobody writes into what is being destroyed. Safe for use by many threads.
 */
public final class Erasure {

    private static final Logger LOG = LoggerFactory.getLogger(Erasure.class);
    private static final String MARK = "erasure";
    private static final String RECEIPT = "erasure-receipt";
    private static final String RETURN_TO = "returnTo";

    /** Within the newest receipt: the one before it, if a server is still to have that. */
    private static final String UNDELIVERED = "undelivered";

    /** How long an erasure waits for one write, which takes a fsync or a key in a token. */
    private static final Duration WRITERS_WAIT_MAX = Duration.ofSeconds(10);

    /** How many names a receipt lists, so that it fits into an event. */
    private static final int NAMES_MAX = 200;

    /** Gives the set-up key when there is something to sign. */
    @FunctionalInterface
    public interface SetupKeySource {

        /** The set-up key. */
        DeviceKey key() throws IOException;
    }

    private final DeviceSerial serial;
    private final SealedStorage survivors;
    private final SetupKeySource setupKey;
    private final List<Erasable> keys;
    private final List<Erasable> data;
    private final InstantSource clock;
    private final List<SealedStorage> inUse = new CopyOnWriteArrayList<>();

    /**
     * An erasure that has not begun.
     *
     * @param serial the device's, for the receipt
     * @param survivors what outlives it: a storage under a wrapping key of its own and {@link
     *     dev.breakwater.device.storage.StorageManifest#ofSurvivors}
     * @param setupKey signs the receipt
     * @param keys what goes first: without it all that is sealed is noise
     * @param data everything else
     * @param clock for the receipt
     */
    public Erasure(
            DeviceSerial serial,
            SealedStorage survivors,
            SetupKeySource setupKey,
            List<Erasable> keys,
            List<Erasable> data,
            InstantSource clock) {
        this.serial = serial;
        this.survivors = survivors;
        this.setupKey = setupKey;
        this.keys = List.copyOf(keys);
        this.data = List.copyOf(data);
        this.clock = clock;
    }

    /**
     * Has the erasure take this storage from whoever uses it, before it destroys anything: a
     * certificate that arrives just then is not stored, and no key is made for it. To be called
     * when the storage has been opened; what was not opened needs no guard.
     */
    public void takesOver(SealedStorage opened) {
        inUse.add(opened);
    }

    /**
     * Makes it certain that the device is erased: from here on every start finishes it. Returns
     * when that is durable.
     */
    public synchronized void begin(Cause cause) throws IOException {
        begin(cause, Optional.empty());
    }

    /**
     * The same because the server said so, which is to have the receipt. Where the medium does not
     * take the mark, as a full one, everything is erased before this returns.
     */
    public synchronized void begin(Order order) throws IOException {
        try {
            begin(Cause.BY_ORDER, Optional.of(order));
        } catch (IOException unmarked) {
            var _ = finishUnmarked(Cause.BY_ORDER, Optional.of(order), unmarked);
        }
    }

    private void begin(Cause cause, Optional<Order> order) throws IOException {
        if (mark().isEmpty()) {
            survivors.write(MARK, new Mark(cause, clock.instant(), contents(), order).encode());
            LOG.warn("This device is going to be erased: {}", cause.code());
        }
    }

    /**
     * Finishes an erasure that was begun; to be called at each start, before anything else is
     * opened.
     *
     * @return the receipt, if there was one to finish
     * @throws ErasureIncomplete if something could not be erased; the device must not go on
     */
    public synchronized Optional<Receipt> finishIfBegun() throws IOException {
        Optional<Mark> mark = mark();
        return mark.isPresent() ? Optional.of(finish(mark.get())) : Optional.empty();
    }

    /**
     * Erases the device at once, as after a very long press on its button; needs no server.
     *
     * @throws ErasureIncomplete if something could not be erased; the next start tries again
     */
    public synchronized Receipt eraseNow(Cause cause) throws IOException {
        Mark mark;
        try {
            begin(cause);
            mark = mark().orElseGet(Mark::unreadable);
        } catch (IOException unmarked) {
            return finishUnmarked(cause, Optional.empty(), unmarked);
        }
        return finish(mark);
    }

    /** As on a full medium. Better erased without a mark than not erased. */
    private Receipt finishUnmarked(Cause cause, Optional<Order> order, IOException unmarked)
            throws IOException {
        LOG.error("The erasure is not marked, so a power cut may leave it half done", unmarked);
        Mark mark = new Mark(cause, clock.instant(), contents(), order);
        try {
            return finish(mark);
        } catch (ErasureIncomplete left) {
            // What is gone has made room for the mark, by which the next start erases the rest.
            try {
                survivors.write(MARK, mark.encode());
            } catch (IOException stillUnmarked) {
                left.addSuppressed(stillUnmarked);
            }
            throw left;
        }
    }

    /** The receipt of the last erasure. */
    public synchronized Optional<Receipt> lastReceipt() throws IOException {
        Optional<byte[]> stored = survivors.read(RECEIPT);
        return stored.isPresent() ? Optional.of(Receipt.parse(stored.get())) : Optional.empty();
    }

    /** A receipt that the server which ordered the erasure does not have yet. */
    public record Undelivered(Receipt receipt, ReturnAddress to) {}

    /**
     * A receipt that is still to be handed to a server: the last erasure's, or one before it, if no
     * server was to have the last.
     */
    public synchronized Optional<Undelivered> undelivered() throws IOException {
        Optional<byte[]> stored = survivors.read(RECEIPT);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        JsonNode kept = JsonMapper.shared().readTree(stored.get());
        Optional<Undelivered> last = undelivered(kept);
        return last.isPresent() ? last : undelivered(kept.path(UNDELIVERED));
    }

    private static Optional<Undelivered> undelivered(JsonNode kept) throws IOException {
        JsonNode from = kept.path(RETURN_TO);
        return from.isObject()
                ? Optional.of(
                        new Undelivered(
                                Receipt.parse(kept.toString().getBytes(UTF_8)),
                                ReturnAddress.of(from)))
                : Optional.empty();
    }

    /**
     * Forgets to whom the receipt was to be handed: they have it, or do not want it. Nothing
     * happens if another one has taken its place since.
     */
    public synchronized void settle(Receipt receipt) throws IOException {
        Optional<byte[]> stored = survivors.read(RECEIPT);
        if (stored.isEmpty()
                || !(JsonMapper.shared().readTree(stored.get()) instanceof ObjectNode kept)) {
            return;
        }
        if (isOf(kept, receipt)) {
            var _ = kept.remove(RETURN_TO);
        } else if (isOf(kept.path(UNDELIVERED), receipt)) {
            var _ = kept.remove(UNDELIVERED);
        }
        survivors.write(RECEIPT, kept.toString().getBytes(UTF_8));
    }

    private static boolean isOf(JsonNode kept, Receipt receipt) throws IOException {
        return kept.isObject()
                && Receipt.parse(kept.toString().getBytes(UTF_8))
                        .statement()
                        .equals(receipt.statement());
    }

    private Receipt finish(Mark mark) throws IOException {
        List<String> erased = new ArrayList<>();
        List<String> left = new ArrayList<>();
        @Nullable Exception first = null;
        for (SealedStorage used : inUse) {
            if (!used.handOver(WRITERS_WAIT_MAX)) {
                // It is erased all the same, and once more by the next start.
                left.add("what somebody is still writing");
                first = new IOException("the storage is in use");
            }
        }
        for (Erasable part : inOrder()) {
            try {
                part.erase();
                erased.add(part.name());
            } catch (IOException | RuntimeException failed) {
                // A broken token must not save the rest.
                LOG.error("The {} could not be erased", part.name(), failed);
                left.add(part.name());
                first = first == null ? failed : first;
            }
        }
        if (first != null) {
            throw new ErasureIncomplete(left, first);
        }
        Receipt receipt = Receipt.sign(serial, mark, clock.instant(), erased, setupKey.key());
        ObjectNode kept = receipt.toJson();
        keepUndelivered(kept, mark);
        mark.order().ifPresent(order -> kept.set(RETURN_TO, order.from().toJson()));
        keepAndUnmark(kept.toString().getBytes(UTF_8));
        LOG.warn("This device was erased: {}", receipt.statement());
        return receipt;
    }

    /**
     * The receipt first, and then the mark goes. Where there is room for one of them only, and
     * nothing is left to be erased, a receipt is worth more; where there is room for none, the
     * device is erased all the same and must not be kept from starting.
     */
    private void keepAndUnmark(byte[] receipt) throws IOException {
        try {
            survivors.write(RECEIPT, receipt);
        } catch (SealedStorage.NotStored full) {
            survivors.delete(MARK);
            try {
                survivors.write(RECEIPT, receipt);
            } catch (SealedStorage.NotStored still) {
                LOG.error("Everything is erased, and the receipt of it is not kept", still);
            }
            return;
        }
        survivors.delete(MARK);
    }

    /**
     * Whoever erases the device by hand must not take from a server what it still waits for. What a
     * power cut left of this very erasure is replaced.
     */
    private void keepUndelivered(ObjectNode last, Mark mark) {
        try {
            Optional<byte[]> stored = survivors.read(RECEIPT);
            if (stored.isEmpty()) {
                return;
            }
            JsonNode kept = JsonMapper.shared().readTree(stored.get());
            boolean another =
                    kept.path(RETURN_TO).isObject() && !Receipt.parse(stored.get()).isOf(mark);
            Optional<Undelivered> before = undelivered(another ? kept : kept.path(UNDELIVERED));
            if (before.isPresent()) {
                ObjectNode waiting = before.get().receipt().toJson();
                waiting.set(RETURN_TO, before.get().to().toJson());
                last.set(UNDELIVERED, waiting);
            }
        } catch (IOException | RuntimeException unreadable) {
            LOG.warn("The receipt of the erasure before this one cannot be read", unreadable);
        }
    }

    private List<Erasable> inOrder() {
        List<Erasable> all = new ArrayList<>(keys);
        all.addAll(data);
        return all;
    }

    private Optional<Mark> mark() throws IOException {
        try {
            return survivors.read(MARK).map(Mark::decode);
        } catch (SealedStorage.Damaged unreadable) {
            LOG.warn("An erasure was begun, and its mark does not open", unreadable);
            return Optional.of(Mark.unreadable());
        }
    }

    /** What cannot be listed is erased all the same. */
    private List<String> contents() {
        List<String> names = new ArrayList<>();
        for (Erasable part : inOrder()) {
            try {
                names.addAll(part.contents());
            } catch (IOException | RuntimeException unlisted) {
                LOG.warn("The {} could not be listed", part.name(), unlisted);
            }
        }
        if (names.size() > NAMES_MAX) {
            int more = names.size() - NAMES_MAX;
            names.subList(NAMES_MAX, names.size()).clear();
            names.add("and %d more".formatted(more));
        }
        return names;
    }
}
