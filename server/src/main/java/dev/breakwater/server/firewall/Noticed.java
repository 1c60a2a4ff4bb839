/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.protocol.DeviceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was noticed on event loops and request threads and waits to be stored. Thread-safe and
 * bounded: what comes when it is full is left out, and will be noticed again if it goes on. Many
 * oddities of one kind and subject are one note, so that a flood of them costs one row's write.
 */
final class Noticed {

    private static final int WAITING_MAX = 10_000;

    private final ConcurrentHashMap<FindingNote.Key, FindingNote> notes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Seen, Sighting> sightings = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Used, OperationUse> uses = new ConcurrentHashMap<>();

    private record Seen(DeviceId device, String place) {}

    private record Used(String caller, String operation) {}

    void odd(FindingNote.Key key, Instant at, Map<String, String> evidence) {
        add(new FindingNote(key, evidence, 1, at, at));
    }

    void add(FindingNote note) {
        if (notes.size() < WAITING_MAX || notes.containsKey(note.key())) {
            notes.merge(note.key(), note, FindingNote::and);
        }
    }

    /** Whether there was room for it. */
    boolean seen(Sighting sighting) {
        return sightings.size() < WAITING_MAX
                && sightings.putIfAbsent(
                                new Seen(sighting.device(), sighting.place()), sighting)
                        == null;
    }

    /** Whether there was room for it. */
    boolean used(OperationUse use) {
        return uses.size() < WAITING_MAX
                && uses.putIfAbsent(new Used(use.caller(), use.operation()), use) == null;
    }

    List<FindingNote> takeNotes() {
        return take(notes);
    }

    List<Sighting> takeSightings() {
        return take(sightings);
    }

    List<OperationUse> takeUses() {
        return take(uses);
    }

    private static <K, V> List<V> take(ConcurrentHashMap<K, V> waiting) {
        List<V> taken = new ArrayList<>();
        for (K key : waiting.keySet()) {
            V value = waiting.remove(key);
            if (value != null) {
                taken.add(value);
            }
        }
        return taken;
    }
}
