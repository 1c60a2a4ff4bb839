/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** HTTP by hand, for clients that are slower or ruder than any library. */
final class Sockets {

    private Sockets() {}

    static void send(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        socket.getOutputStream().flush();
    }

    /** The first line of the next answer, whose head is read to its end. */
    static String line(SSLSocket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        StringBuilder first = new StringBuilder();
        boolean inFirst = true;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\r') {
                continue;
            }
            if (next != '\n') {
                (inFirst ? first : line).append((char) next);
                continue;
            }
            if (!inFirst && line.isEmpty()) {
                return first.toString();
            }
            inFirst = false;
            line.setLength(0);
        }
        throw new IOException("no head came but: " + first);
    }

    /** Returns how many bytes came before the server closed the connection, however it did. */
    static int readToTheEnd(InputStream in) throws IOException {
        int count = 0;
        byte[] some = new byte[65_536];
        try {
            for (int read = in.read(some); read >= 0; read = in.read(some)) {
                count += read;
            }
        } catch (SocketTimeoutException open) {
            throw new AssertionError("the server keeps the connection", open);
        } catch (SocketException | SSLException closed) {
            // Without a goodbye.
        }
        return count;
    }
}
