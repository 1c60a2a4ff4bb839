/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What the device has to say and the server has not acknowledged yet, in order, in memory only: a
 * power cut loses it.
 *
 * <p>It holds at most {@link #MESSAGES_MAX} messages and {@link #BYTES_MAX} bytes. When a message
 * would exceed either, the oldest telemetry is dropped, and when there is none left the oldest
 * message of any kind; what is on its way to the server at that moment is never dropped. Safe for
 * use by many threads.
 */
final class Outbox {

    static final int MESSAGES_MAX = 1_000;
    static final int BYTES_MAX = 4 << 20;

    private static final int PACKET_IDENTIFIER_MAX = 65_535;

    /** What may be given up first. */
    enum Kind {
        TELEMETRY,
        IMPORTANT
    }

    /** One message; not a record, since arrays in records compare by identity. */
    static final class Message {

        private final Kind kind;
        private final String topic;
        private final byte[] payload;
        private final CompletableFuture<Boolean> taken = new CompletableFuture<>();

        /** The payload is the outbox's from now on. */
        Message(Kind kind, String topic, byte[] payload) {
            this.kind = kind;
            this.topic = topic;
            this.payload = payload;
        }

        String topic() {
            return topic;
        }

        byte[] payload() {
            return payload;
        }

        /** True once the server has it; false if it never will. */
        CompletableFuture<Boolean> taken() {
            return taken;
        }
    }

    /** A message that is on its way, under the packet identifier of this connection. */
    record Sending(int packetIdentifier, Message message) {}

    private final Deque<Message> waiting = new ArrayDeque<>();
    private final LinkedHashMap<Integer, Message> underway = new LinkedHashMap<>();
    private long bytes;
    private long dropped;
    private int lastPacketIdentifier;

    /** Takes a message in, dropping older ones if it must. */
    synchronized void offer(Message message) {
        bytes += message.payload.length;
        waiting.addLast(message);
        while (waiting.size() + underway.size() > MESSAGES_MAX || bytes > BYTES_MAX) {
            if (waiting.isEmpty()) {
                break;
            }
            dropOldest();
        }
        notifyAll();
    }

    private void dropOldest() {
        Iterator<Message> oldestFirst = waiting.iterator();
        while (oldestFirst.hasNext()) {
            Message candidate = oldestFirst.next();
            if (candidate.kind == Kind.TELEMETRY) {
                oldestFirst.remove();
                forget(candidate);
                return;
            }
        }
        forget(waiting.removeFirst());
    }

    private void forget(Message message) {
        bytes -= message.payload.length;
        dropped++;
        boolean _ = message.taken.complete(false);
    }

    /** Waits for a message and for room on its way, at most {@code underwayMax} at a time. */
    synchronized Sending take(int underwayMax) throws InterruptedException {
        while (waiting.isEmpty() || underway.size() >= underwayMax) {
            wait();
        }
        Message message = waiting.removeFirst();
        do {
            lastPacketIdentifier = lastPacketIdentifier % PACKET_IDENTIFIER_MAX + 1;
        } while (underway.containsKey(lastPacketIdentifier));
        underway.put(lastPacketIdentifier, message);
        return new Sending(lastPacketIdentifier, message);
    }

    /** The server answered for this packet: it has the message, or will never take it. */
    synchronized Optional<Message> acknowledged(int packetIdentifier) {
        Optional<Message> message = Optional.ofNullable(underway.remove(packetIdentifier));
        message.ifPresent(known -> bytes -= known.payload.length);
        notifyAll();
        return message;
    }

    /** The server cannot take this packet now: its message waits again, before everything else. */
    synchronized void refused(int packetIdentifier) {
        Message message = underway.remove(packetIdentifier);
        if (message != null) {
            waiting.addFirst(message);
        }
        notifyAll();
    }

    /** The connection is gone: what was on its way waits again, before everything else. */
    synchronized void connectionLost() {
        underway.sequencedValues().reversed().forEach(waiting::addFirst);
        underway.clear();
    }

    /** Waits until the server has everything; false if the time was up first. */
    synchronized boolean awaitEmpty(Duration timeMax) throws InterruptedException {
        long end = System.nanoTime() + timeMax.toNanos();
        while (!waiting.isEmpty() || !underway.isEmpty()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /** How many messages were given up for want of room since the agent was made. */
    synchronized long dropped() {
        return dropped;
    }
}
