/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.update.UpdateReport;
import dev.breakwater.device.update.slot.Slot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Remembers, sealed and over restarts, which rollouts were heeded and how they ended, which release
 * each slot was confirmed with, and the director's last statement. A change is durable before
 * anybody sees it. Safe for use by many threads.
 */
final class Ledger {

    /** Older rollouts have ended long since. */
    static final int ENTRIES_MAX = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final String NAME = "update-ledger";
    private static final JsonMapper JSON = JsonMapper.shared();

    /**
     * What a slot was confirmed with.
     *
     * @param slot in which it lies
     */
    record Confirmed(Slot slot, LedgerEntry release) {}

    private record Content(
            List<LedgerEntry> entries,
            Optional<Confirmed> confirmed,
            Set<String> directorKeys,
            long directorVersion) {

        static Content empty() {
            return new Content(List.of(), Optional.empty(), Set.of(), 0);
        }
    }

    private final SealedStorage storage;
    private Content content;

    Ledger(SealedStorage storage) throws IOException {
        this.storage = storage;
        this.content = read();
    }

    /** An installation begins. */
    synchronized void begin(LedgerEntry entry) throws IOException {
        List<LedgerEntry> entries = new ArrayList<>(content.entries());
        entries.removeIf(known -> known.rollout().equals(entry.rollout()));
        entries.add(entry);
        while (entries.size() > ENTRIES_MAX) {
            var _ = entries.removeFirst();
        }
        write(
                new Content(
                        List.copyOf(entries),
                        content.confirmed(),
                        content.directorKeys(),
                        content.directorVersion()));
    }

    synchronized Optional<LedgerEntry> of(UUID rollout) {
        return content.entries().stream()
                .filter(entry -> entry.rollout().equals(rollout))
                .findFirst();
    }

    /** The last rollout of the release with this counter, which no other release has. */
    synchronized Optional<LedgerEntry> ofCounter(long counter) {
        return content.entries().reversed().stream()
                .filter(entry -> entry.counter() == counter)
                .findFirst();
    }

    /** The updater has reported an end; the slot that runs now is the one it speaks of. */
    synchronized void ended(UpdateReport report, Slot running) throws IOException {
        Optional<LedgerEntry> found = ofCounter(report.releaseCounter());
        if (found.isEmpty()) {
            return;
        }
        LedgerEntry ended = found.get().ending(report);
        Optional<Confirmed> confirmed =
                report.end() == UpdateReport.End.CONFIRMED
                        ? Optional.of(new Confirmed(running, ended))
                        : content.confirmed();
        write(
                new Content(
                        content.entries().stream()
                                .map(entry -> entry.equals(found.get()) ? ended : entry)
                                .toList(),
                        confirmed,
                        content.directorKeys(),
                        content.directorVersion()));
    }

    /** What the slot was confirmed with, if an update brought it. */
    synchronized Optional<LedgerEntry> confirmedIn(Slot slot) {
        return content.confirmed().filter(known -> known.slot() == slot).map(Confirmed::release);
    }

    /**
     * Heeds a statement, unless it is older than one that was heeded before. When a key was taken
     * away from the director, what was signed before counts no more, as with the roles of TUF: an
     * attacker may have driven the count up.
     *
     * @return the version that was heeded before and is newer; empty if this one is heeded
     */
    synchronized Optional<Long> heed(Set<String> keys, long version) throws IOException {
        boolean sameDirector = keys.containsAll(content.directorKeys());
        if (sameDirector && version < content.directorVersion()) {
            return Optional.of(content.directorVersion());
        }
        if (!keys.equals(content.directorKeys()) || version != content.directorVersion()) {
            write(new Content(content.entries(), content.confirmed(), Set.copyOf(keys), version));
        }
        return Optional.empty();
    }

    private Content read() throws IOException {
        try {
            Optional<byte[]> stored = storage.read(NAME);
            return stored.isPresent() ? decode(JSON.readTree(stored.get())) : Content.empty();
        } catch (SealedStorage.Damaged | JacksonException | IllegalArgumentException unreadable) {
            LOG.warn("The ledger of updates cannot be read and begins anew", unreadable);
            return Content.empty();
        }
    }

    private void write(Content next) throws IOException {
        ObjectNode object = JSON.createObjectNode();
        ArrayNode entries = object.putArray("rollouts");
        next.entries().forEach(entry -> entries.add(node(entry)));
        next.confirmed()
                .ifPresent(
                        some ->
                                object.putObject("confirmed")
                                        .put("slot", some.slot().code())
                                        .set("release", node(some.release())));
        ArrayNode keys = object.putArray("directorKeys");
        new TreeSet<>(next.directorKeys()).forEach(keys::add);
        object.put("directorVersion", next.directorVersion());
        storage.write(NAME, JSON.writeValueAsBytes(object));
        content = next;
    }

    private static ObjectNode node(LedgerEntry entry) {
        ObjectNode node =
                JSON.createObjectNode()
                        .put("rollout", entry.rollout().toString())
                        .put("statement", entry.statement())
                        .put("version", entry.version())
                        .put("counter", entry.counter())
                        .put("sha256", entry.sha256())
                        .put("reason", entry.reason());
        entry.end().ifPresent(end -> node.put("end", end.name()));
        return node;
    }

    private static Content decode(JsonNode object) {
        List<LedgerEntry> entries = new ArrayList<>();
        object.path("rollouts").values().forEach(node -> entries.add(entry(node)));
        Optional<Confirmed> confirmed =
                object.has("confirmed")
                        ? Optional.of(
                                new Confirmed(
                                        Slot.ofCode(
                                                        object.path("confirmed")
                                                                .path("slot")
                                                                .asString())
                                                .orElseThrow(
                                                        () ->
                                                                new IllegalArgumentException(
                                                                        "no such slot")),
                                        entry(object.path("confirmed").path("release"))))
                        : Optional.empty();
        Set<String> keys = new TreeSet<>();
        object.path("directorKeys").values().forEach(key -> keys.add(key.asString()));
        return new Content(
                List.copyOf(entries),
                confirmed,
                Set.copyOf(keys),
                object.path("directorVersion").asLong());
    }

    private static LedgerEntry entry(JsonNode node) {
        return new LedgerEntry(
                UUID.fromString(node.path("rollout").asString()),
                node.path("statement").asString(),
                node.path("version").asString(),
                node.path("counter").asLong(),
                node.path("sha256").asString(),
                node.has("end")
                        ? Optional.of(UpdateReport.End.valueOf(node.path("end").asString()))
                        : Optional.empty(),
                node.path("reason").asString());
    }
}
