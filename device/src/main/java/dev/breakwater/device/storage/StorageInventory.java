/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is in storage, held against what is declared: names, sizes and ages, never contents.
 *
 * @param manifestHash of the manifest the device goes by, see {@link StorageManifest#hash}
 * @param vouchedFor who vouches for that manifest
 * @param entries everything that is there, by name
 */
public record StorageInventory(String manifestHash, String vouchedFor, List<Entry> entries) {

    /** The type of the event that reports an inventory. */
    public static final String EVENT_TYPE = "storage-inventory";

    /** How many entries an event names; of the rest it tells the number. */
    public static final int ENTRIES_REPORTED_MAX = 200;

    /**
     * Something that is there.
     *
     * @param name its name
     * @param bytes how many it takes on the medium
     * @param age since it was written last; nothing if it does not open
     * @param declared by the manifest
     */
    public record Entry(String name, int bytes, Optional<Duration> age, boolean declared) {}

    /** Copies the entries. */
    public StorageInventory {
        entries = List.copyOf(entries);
    }

    /** Looks at everything that is there. */
    public static StorageInventory take(SealedStorage storage) throws IOException {
        StorageManifest manifest = storage.manifest();
        Instant now = storage.clock().instant();
        List<Entry> entries = new ArrayList<>();
        for (String name : storage.names()) {
            Optional<Integer> bytes = storage.storedBytes(name);
            if (bytes.isPresent()) {
                entries.add(
                        new Entry(
                                name,
                                bytes.get(),
                                age(storage, name, now),
                                manifest.declaring(name).isPresent()));
            }
        }
        return new StorageInventory(manifest.hash(), manifest.vouchedFor(), entries);
    }

    /** Whether there is nothing but what is declared. */
    public boolean asDeclared() {
        return entries.stream().allMatch(Entry::declared);
    }

    /** What the server is told: undeclared entries first, since an event names so many only. */
    public ObjectNode toEvent() {
        JsonMapper json = JsonMapper.shared();
        List<Entry> inOrder = new ArrayList<>(entries);
        inOrder.sort((one, other) -> Boolean.compare(one.declared(), other.declared()));
        ArrayNode items = json.createArrayNode();
        for (Entry entry : inOrder.subList(0, Math.min(inOrder.size(), ENTRIES_REPORTED_MAX))) {
            ObjectNode item =
                    json.createObjectNode()
                            .put("name", entry.name())
                            .put("bytes", entry.bytes())
                            .put("declared", entry.declared());
            entry.age().ifPresent(age -> item.put("ageSeconds", age.toSeconds()));
            items.add(item);
        }
        ObjectNode event =
                json.createObjectNode()
                        .put("manifestSha256", manifestHash)
                        .put("vouchedFor", vouchedFor)
                        .put("entries", entries.size())
                        .put(
                                "undeclared",
                                entries.stream().filter(entry -> !entry.declared()).count());
        event.set("items", items);
        return event;
    }

    private static Optional<Duration> age(SealedStorage storage, String name, Instant now)
            throws IOException {
        try {
            return storage.writtenAt(name).map(at -> Duration.between(at, now));
        } catch (SealedStorage.Damaged unknown) {
            return Optional.empty();
        }
    }
}
