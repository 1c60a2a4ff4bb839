/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a stream of events as a browser does, and hands them out in order. */
final class EventReader implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 20;

    private final HttpResponse<InputStream> response;
    private final LinkedBlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    private volatile String lastId = "";
    private Thread thread = Thread.currentThread();

    /**
     * An event, or what stands where one could be.
     *
     * @param name of the event; ":" for a comment, "closed" for the end of the stream
     */
    record Seen(String name, String id, String data) {

        JsonNode json() {
            return JsonMapper.shared().readTree(data);
        }

        String text(String member) {
            return json().path(member).asString("");
        }
    }

    EventReader(HttpResponse<InputStream> response) {
        this.response = response;
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    int status() {
        return response.statusCode();
    }

    /** Reads from now on; returns when the stream has said where it stands. */
    EventReader begun() throws InterruptedException {
        assertThat(status()).isEqualTo(200);
        read();
        assertThat(any().name()).isEqualTo(":");
        return this;
    }

    /** Reads from now on. */
    EventReader read() {
        thread = Thread.ofVirtual().start(this::loop);
        return this;
    }

    private void loop() {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String name = "";
            String data = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("id: ")) {
                    lastId = line.substring("id: ".length());
                } else if (line.startsWith("data: ")) {
                    data = line.substring("data: ".length());
                } else if (line.startsWith(":")) {
                    name = ":";
                } else if (line.isEmpty() && !name.isEmpty()) {
                    seen.add(new Seen(name, lastId, data));
                    name = "";
                    data = "";
                }
            }
            seen.add(new Seen("closed", lastId, ""));
        } catch (IOException broken) {
            seen.add(new Seen("broken", lastId, ""));
        }
    }

    /** The next event or comment. */
    Seen any() throws InterruptedException {
        Seen next = seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("nothing came in time").isNotNull();
        return next;
    }

    /** The next event, comments aside. */
    Seen next() throws InterruptedException {
        Seen next = any();
        while (next.name().equals(":")) {
            next = any();
        }
        return next;
    }

    Seen next(String name) throws InterruptedException {
        Seen next = next();
        assertThat(next.name()).as(next.toString()).isEqualTo(name);
        return next;
    }

    /** What a browser would send to go on. */
    String resumption() {
        return "Last-Event-ID: " + lastId;
    }

    @Override
    public void close() {
        try {
            response.body().close();
            if (!thread.equals(Thread.currentThread())) {
                thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            }
        } catch (IOException alreadyBroken) {
            // It is over either way.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
