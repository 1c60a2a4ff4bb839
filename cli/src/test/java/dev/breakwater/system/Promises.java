/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.protocol.DeviceSerial;
import java.security.KeyPair;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a server has promised to its clients, over all its lives. Any thread may call. */
final class Promises {

    private final List<EnrolledDevice> publishers;
    private final Map<String, Integer> lastNumbers = new HashMap<>();
    private final Map<String, BitSet> acknowledged = new HashMap<>();
    private final Map<String, List<String>> commands = new HashMap<>();
    private final List<EnrolledDevice> enrolled = new ArrayList<>();
    private final Deque<DeviceSerial> toEnroll;
    private final Map<DeviceSerial, KeyPair> keys = new HashMap<>();
    private final List<Throwable> failures = new ArrayList<>();

    Promises(List<EnrolledDevice> publishers, List<DeviceSerial> toEnroll) {
        this.publishers = List.copyOf(publishers);
        this.toEnroll = new ArrayDeque<>(toEnroll);
        this.enrolled.addAll(publishers);
    }

    List<EnrolledDevice> publishers() {
        return publishers;
    }

    /** Counts from 1 for each device, never back. */
    synchronized int nextNumber(EnrolledDevice device) {
        return lastNumbers.merge(device.id(), 1, Integer::sum);
    }

    synchronized void acknowledged(EnrolledDevice device, int number) {
        acknowledged.computeIfAbsent(device.id(), _ -> new BitSet()).set(number);
    }

    /** A copy of the numbers that were acknowledged. */
    synchronized BitSet acknowledged(EnrolledDevice device) {
        return (BitSet) acknowledged.getOrDefault(device.id(), new BitSet()).clone();
    }

    synchronized int acknowledgedCount() {
        return acknowledged.values().stream().mapToInt(BitSet::cardinality).sum();
    }

    synchronized void commanded(EnrolledDevice device, String command) {
        commands.computeIfAbsent(device.id(), _ -> new ArrayList<>()).add(command);
    }

    synchronized List<String> commands(EnrolledDevice device) {
        return List.copyOf(commands.getOrDefault(device.id(), List.of()));
    }

    synchronized int commandCount() {
        return commands.values().stream().mapToInt(List::size).sum();
    }

    synchronized DeviceSerial nextToEnroll() {
        return toEnroll.removeFirst();
    }

    /** The key a device made when it asked first. */
    synchronized KeyPair keysOf(DeviceSerial serial, Supplier<KeyPair> make) {
        return keys.computeIfAbsent(serial, _ -> make.get());
    }

    /** The device asks again before any other. */
    synchronized void unanswered(DeviceSerial serial) {
        toEnroll.addFirst(serial);
    }

    synchronized void enrolled(EnrolledDevice device) {
        keys.remove(device.serial());
        enrolled.add(device);
    }

    synchronized List<EnrolledDevice> enrolled() {
        return List.copyOf(enrolled);
    }

    synchronized void failedBeforeKill(Throwable failure) {
        failures.add(failure);
    }

    /** What went wrong while nobody had killed the server. */
    synchronized List<Throwable> failures() {
        return List.copyOf(failures);
    }
}
