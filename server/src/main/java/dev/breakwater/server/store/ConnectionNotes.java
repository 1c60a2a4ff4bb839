/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When devices connected, noted in memory and written together a moment later: a write for each
 * connect would cost the committing thread more than all else it does for one. A crash loses the
 * last of them, and nothing depends on them.
 */
final class ConnectionNotes {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionNotes.class);
    private static final Duration DELAY = Duration.ofSeconds(1);

    /** With so many they are written at once; it bounds the memory and the length of a write. */
    private static final int NOTES_MAX = 2_000;

    private final Database database;
    private final ConcurrentHashMap<DeviceId, Note> notes = new ConcurrentHashMap<>();
    private final AtomicBoolean writeAwaited = new AtomicBoolean();
    private final Executor later =
            CompletableFuture.delayedExecutor(
                    DELAY.toMillis(), TimeUnit.MILLISECONDS, Runnable::run);

    private record Note(OrganizationId organization, DeviceId device, Instant at) {}

    ConnectionNotes(Database database) {
        this.database = database;
    }

    /** Returns at once. */
    void note(OrganizationId organization, DeviceId device, Instant at) {
        notes.put(device, new Note(organization, device, at));
        if (writeAwaited.compareAndSet(false, true)) {
            later.execute(this::write);
        } else if (notes.size() >= NOTES_MAX) {
            write();
        }
    }

    /** Hands what is noted to the committing thread, and returns at once. */
    void write() {
        writeAwaited.set(false);
        List<Note> taken = new ArrayList<>();
        for (DeviceId device : notes.keySet()) {
            Note note = notes.remove(device);
            if (note != null) {
                taken.add(note);
            }
        }
        if (taken.isEmpty()) {
            return;
        }
        // In the order of the table, so that neighbours share the pages that are written.
        taken.sort(Comparator.comparing(Note::device));
        database.submit(
                transaction -> {
                    for (Note note : taken) {
                        transaction.update(
                                "UPDATE device SET last_connected_us = ?"
                                        + " WHERE organization_id = ? AND device_id = ?",
                                note.at,
                                note.organization,
                                note.device);
                    }
                    return taken.size();
                },
                new Completion<Integer>() {
                    @Override
                    public void durable(Integer count) {
                        LOG.trace("noted the connections of {} devices", count);
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        LOG.warn(
                                "the connections of {} devices were not noted",
                                taken.size(),
                                cause);
                    }
                });
    }
}
