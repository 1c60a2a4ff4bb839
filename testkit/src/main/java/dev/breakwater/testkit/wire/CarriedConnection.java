/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One connection through a {@link FaultProxy}, and what happens to it. */
final class CarriedConnection {

    /** Is told of bytes that have passed. */
    interface Counter {
        void passed(Way way, int bytes);
    }

    private static final int BUFFER_BYTES = 16 * 1024;

    private final Socket client;
    private final Socket server;
    private final Fault fault;
    private final FaultProxy.Rest rest;
    private final Counter counter;
    private final Consumer<CarriedConnection> whenOver;
    private final AtomicInteger endedWays = new AtomicInteger();

    CarriedConnection(
            Socket client,
            Socket server,
            Fault fault,
            FaultProxy.Rest rest,
            Counter counter,
            Consumer<CarriedConnection> whenOver)
            throws IOException {
        this.client = client;
        this.server = server;
        this.fault = fault;
        this.rest = rest;
        this.counter = counter;
        this.whenOver = whenOver;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
    }

    void start() {
        for (Way way : Way.values()) {
            Thread _ = Thread.ofVirtual().name("fault-proxy").start(() -> carry(way));
        }
    }

    /** Resets both halves. */
    void cut() {
        reset(client);
        reset(server);
        whenOver.accept(this);
    }

    static void reset(Socket socket) {
        try (socket) {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException alreadyGone) {
            // What is gone is cut.
        }
    }

    private void carry(Way way) {
        Socket from = way == Way.TO_SERVER ? client : server;
        Socket to = way == Way.TO_SERVER ? server : client;
        try {
            if (pass(way, from, to)) {
                end(to);
            } else {
                happen(from, to);
            }
        } catch (IOException lost) {
            cut();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
            cut();
        }
    }

    /** Whether all has passed; otherwise so much that the fault happens now. */
    private boolean pass(Way way, Socket from, Socket to) throws IOException, InterruptedException {
        long most = mostBytes(way);
        byte[] buffer = new byte[bytesAtOnce(way)];
        InputStream in = from.getInputStream();
        long passed = 0;
        while (passed < most) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, most - passed));
            if (count < 0) {
                return true;
            }
            if (fault instanceof Fault.Slowed slowed && slowed.way() == way) {
                rest.rest(slowed.each());
            }
            if (fault instanceof Fault.Corrupted corrupted
                    && corrupted.way() == way
                    && corrupted.at() >= passed
                    && corrupted.at() < passed + count) {
                buffer[(int) (corrupted.at() - passed)] ^= (byte) corrupted.mask();
            }
            to.getOutputStream().write(buffer, 0, count);
            passed += count;
            counter.passed(way, count);
        }
        return false;
    }

    private int bytesAtOnce(Way way) {
        return fault instanceof Fault.Slowed slowed && slowed.way() == way
                ? Math.min(slowed.bytesMax(), BUFFER_BYTES)
                : BUFFER_BYTES;
    }

    private long mostBytes(Way way) {
        return switch (fault) {
            case Fault.CutAfter(var which, var bytes) when which == way -> bytes;
            case Fault.EndedAfter(var which, var bytes) when which == way -> bytes;
            case Fault.StalledAfter(var which, var bytes) when which == way -> bytes;
            case Fault.CutAfter _,
                    Fault.EndedAfter _,
                    Fault.StalledAfter _,
                    Fault.None _,
                    Fault.Refused _,
                    Fault.Slowed _,
                    Fault.Corrupted _ ->
                    Long.MAX_VALUE;
        };
    }

    private void happen(Socket from, Socket to) throws IOException {
        switch (fault) {
            case Fault.EndedAfter _ -> {
                to.shutdownOutput();
                long _ = from.getInputStream().transferTo(OutputStream.nullOutputStream());
                endWay();
            }
            case Fault.StalledAfter _ -> {
                // Both halves stay open, and this way says nothing any more.
            }
            case Fault.CutAfter _,
                    Fault.None _,
                    Fault.Refused _,
                    Fault.Slowed _,
                    Fault.Corrupted _ ->
                    cut();
        }
    }

    private void end(Socket to) throws IOException {
        to.shutdownOutput();
        endWay();
    }

    private void endWay() throws IOException {
        if (endedWays.incrementAndGet() == Way.values().length) {
            client.close();
            server.close();
            whenOver.accept(this);
        }
    }
}
