/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the connections of banned sources stay for a while, without an answer. Whoever is hung up
 * on at once tries again at once, thousands of times a second; whoever waits for an answer does
 * nothing meanwhile. Of those it holds no byte is read.
 */
final class Tarpit extends AbstractLifeCycle {

    private static final Logger LOG = LoggerFactory.getLogger(Tarpit.class);

    private final int heldMax;
    private final Duration time;
    private final Scheduler scheduler;
    private final Map<SocketChannel, Scheduler.Task> held = new ConcurrentHashMap<>();

    /**
     * Empty.
     *
     * @param heldMax connections at the same time; one more is hung up on at once
     * @param time how long each is held
     */
    Tarpit(int heldMax, Duration time, Scheduler scheduler) {
        this.heldMax = heldMax;
        this.time = time;
        this.scheduler = scheduler;
    }

    /** An empty one, as the limits say. */
    static Tarpit of(Limits limits, Scheduler scheduler) {
        return new Tarpit(
                limits.of(Limit.HTTP_BANNED_HELD),
                limits.seconds(Limit.HTTP_HEAD_SECONDS),
                scheduler);
    }

    /** Takes a connection over, and closes it now or later. */
    void take(SocketChannel socket) {
        if (!isRunning() || held.size() >= heldMax) {
            close(socket);
            return;
        }
        held.put(
                socket,
                scheduler.schedule(() -> release(socket), time.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void release(SocketChannel socket) {
        held.remove(socket);
        close(socket);
    }

    private static void close(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            LOG.debug("a banned connection was gone already", gone);
        }
    }

    @Override
    protected void doStop() {
        held.forEach(
                (socket, task) -> {
                    task.cancel();
                    release(socket);
                });
    }
}
