/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Which connected devices can be offered something, and which rollouts have to be looked at. All of
 * it is found again when devices subscribe, so that it may be lost with the process; it spares
 * looking through a fleet for the few that are on. Not thread-safe: its holder locks.
 */
final class ReadyDevices {

    /** Before the first wave. */
    private static final int NONE_YET = -1;

    /** A rollout that somebody has to look at. */
    record Key(OrganizationId organization, RolloutId rollout) {}

    private record Later(Instant at, Key key, DeviceId device) {}

    private final Map<Key, LinkedHashSet<DeviceId>> ready = new HashMap<>();
    private final Map<Key, Integer> waves = new HashMap<>();
    private final LinkedHashSet<Key> woken = new LinkedHashSet<>();
    private final PriorityQueue<Later> later = new PriorityQueue<>(Comparator.comparing(Later::at));
    private final Set<DeviceId> delayed = new HashSet<>();

    /** It can be told as soon as its turn comes. */
    void add(Key key, DeviceId device) {
        if (!delayed.contains(device)) {
            ready.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(device);
            woken.add(key);
        }
    }

    /** Its window opens at that time. */
    void addLater(Key key, DeviceId device, Instant at) {
        if (delayed.add(device)) {
            later.add(new Later(at, key, device));
        }
    }

    /** Makes those ready whose window has opened. */
    void openWindows(Instant now) {
        while (!later.isEmpty() && !later.element().at().isAfter(now)) {
            Later next = later.remove();
            delayed.remove(next.device());
            add(next.key(), next.device());
        }
    }

    /** Makes all ready, whose windows have to be looked at again: the clock was set. */
    void openAllWindows() {
        openWindows(Instant.MAX);
    }

    /** When the next window opens. */
    Optional<Instant> nextWindow() {
        return Optional.ofNullable(later.peek()).map(Later::at);
    }

    /** Something has happened about this rollout after which more may be told. */
    void wake(Key key) {
        woken.add(key);
    }

    /** Somebody waits for a later wave of this rollout, which has to be noticed when it begins. */
    void follow(Key key) {
        waves.putIfAbsent(key, NONE_YET);
    }

    /** All that have devices or waves in memory are to be looked at. */
    void wakeAll() {
        woken.addAll(ready.keySet());
        woken.addAll(waves.keySet());
    }

    /** Devices of its waves have to be looked for in the store. */
    void forgetWave(Key key) {
        waves.remove(key);
        woken.add(key);
    }

    /** Whether this wave's devices have not been looked for yet; asked once. */
    boolean isNewWave(Key key, int wave) {
        Integer before = waves.put(key, wave);
        return before == null || before < wave;
    }

    /** Whether there is anything to do at once. */
    boolean isIdle() {
        return woken.isEmpty();
    }

    /** The rollouts to look at; each once until it is woken again. */
    List<Key> takeWoken() {
        List<Key> taken = new ArrayList<>(woken);
        woken.clear();
        return taken;
    }

    /** The first of those that are ready. */
    List<DeviceId> first(Key key, int most) {
        return ready.getOrDefault(key, new LinkedHashSet<>()).stream().limit(most).toList();
    }

    /** They are told, or are not to be told. */
    void remove(Key key, List<DeviceId> devices) {
        LinkedHashSet<DeviceId> of = ready.get(key);
        if (of != null) {
            devices.forEach(of::remove);
            if (of.isEmpty()) {
                ready.remove(key);
            }
        }
    }

    /** The rollout tells nobody any more. */
    void drop(Key key) {
        ready.remove(key);
        waves.remove(key);
    }
}
