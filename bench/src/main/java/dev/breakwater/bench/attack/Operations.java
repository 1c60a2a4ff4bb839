/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.HttpsLine;
import dev.breakwater.bench.attack.wire.Request;
import dev.breakwater.bench.attack.wire.TlsLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;

/** What a server tells its operator, on the port without TLS. */
final class Operations {

    private final int port;

    Operations(int port) {
        this.port = port;
    }

    /** Reads one of its pages over a new connection. */
    Answer get(InetAddress source, String path, Duration patience) throws IOException {
        try (Socket socket = TlsLine.dial(source, port);
                HttpsLine line = new HttpsLine(socket)) {
            line.patience(patience);
            line.send(Request.of("GET", path).bytes());
            return line.answer(false);
        }
    }

    /**
     * The sum of all samples of a metric whose labels contain this text.
     *
     * @param name as the page has it, e.g. {@code breakwater_refusals_total}
     */
    double metric(InetAddress source, String name, String labels) throws IOException {
        String page = get(source, "/metrics", Duration.ofSeconds(10)).body();
        return page.lines()
                .filter(line -> line.startsWith(name))
                .filter(line -> line.contains(labels))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** How many requests were refused for this reason since the start. */
    double refusals(InetAddress source, String reason) throws IOException {
        return metric(source, "breakwater_refusals_total", "reason=\"" + reason + "\"");
    }
}
