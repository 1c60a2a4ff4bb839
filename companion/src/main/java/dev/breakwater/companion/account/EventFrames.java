/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads server-sent events (HTML Living Standard, section 9.2.6), as far as our server makes use of
 * it. Lines are bounded; not safe for use by many threads but for {@link #silentNanos}.
 */
final class EventFrames {

    static final int LINE_BYTES_MAX = 64 * 1024;

    private static final String EVENT = "event: ";
    private static final String DATA = "data: ";
    private static final String ID = "id: ";

    private final InputStream body;
    private final AtomicLong lastByteNanos = new AtomicLong(System.nanoTime());

    EventFrames(InputStream body) {
        this.body = new BufferedInputStream(body);
    }

    /**
     * What stands between two empty lines.
     *
     * @param name empty if it only says where the stream stands
     * @param id where to go on; empty if the place stays the one of before
     */
    record Frame(String name, String data, Optional<String> id) {}

    /** The next one; empty at the end of the stream. */
    Optional<Frame> next() throws IOException {
        String name = "";
        String data = "";
        Optional<String> id = Optional.empty();
        for (Optional<String> line = line(); line.isPresent(); line = line()) {
            String text = line.get();
            if (text.startsWith(EVENT)) {
                name = text.substring(EVENT.length());
            } else if (text.startsWith(DATA)) {
                data = text.substring(DATA.length());
            } else if (text.startsWith(ID)) {
                id = Optional.of(text.substring(ID.length()));
            } else if (text.isEmpty() && (!name.isEmpty() || id.isPresent())) {
                return Optional.of(new Frame(name, data, id));
            }
        }
        return Optional.empty();
    }

    /** For how long nothing has come. */
    long silentNanos() {
        return System.nanoTime() - lastByteNanos.get();
    }

    private Optional<String> line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = body.read();
        while (next >= 0 && next != '\n') {
            if (line.size() == LINE_BYTES_MAX) {
                throw new IOException("an event is longer than " + LINE_BYTES_MAX + " bytes");
            }
            line.write(next);
            next = body.read();
        }
        lastByteNanos.set(System.nanoTime());
        return next < 0 ? Optional.empty() : Optional.of(line.toString(StandardCharsets.UTF_8));
    }
}
