/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.protocol.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What was noticed on event loops and request threads and waits to be stored. Thread-safe and
 * bounded: what comes when it is full is left out, and will be noticed again if it goes on. Many
 * oddities of one kind and subject are one note, so that a flood of them costs one row's write.
 */
final class Noticed {

    private static final int WAITING_MAX = 10_000;

    private final Semaphore urgent = new Semaphore(0);
    private final AtomicLong order = new AtomicLong();
    private final ConcurrentHashMap<FindingNote.Key, FindingNote> notes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Seen, Ordered<Sighting>> sightings = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Used, Ordered<OperationUse>> uses = new ConcurrentHashMap<>();

    private record Seen(DeviceId device, String place) {}

    private record Used(String caller, String operation) {}

    /** Which network of a device was the first decides which one is new. */
    private record Ordered<T>(long order, T what) {}

    /** Something was noticed that is not to wait for the next time. */
    void hurry() {
        urgent.release();
    }

    /** Waits for {@link #hurry}, but not longer. */
    void awaitHurry(Duration longest) throws InterruptedException {
        if (urgent.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
            urgent.drainPermits();
        }
    }

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
        return put(sightings, new Seen(sighting.device(), sighting.place()), sighting);
    }

    /** Whether there was room for it. */
    boolean used(OperationUse use) {
        return put(uses, new Used(use.caller(), use.operation()), use);
    }

    private <K, V> boolean put(ConcurrentHashMap<K, Ordered<V>> waiting, K key, V what) {
        return waiting.size() < WAITING_MAX
                && waiting.putIfAbsent(key, new Ordered<>(order.incrementAndGet(), what)) == null;
    }

    List<FindingNote> takeNotes() {
        return take(notes);
    }

    List<Sighting> takeSightings() {
        return inOrder(take(sightings));
    }

    List<OperationUse> takeUses() {
        return inOrder(take(uses));
    }

    private static <V> List<V> inOrder(List<Ordered<V>> taken) {
        return taken.stream()
                .sorted(Comparator.comparingLong(Ordered::order))
                .map(Ordered::what)
                .toList();
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
