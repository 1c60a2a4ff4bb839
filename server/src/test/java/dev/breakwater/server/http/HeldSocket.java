/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/**
 * Sends what is written first, which is a ClientHello, and holds the rest until it is released: the
 * end of the handshake leaves in one packet with what follows it, as it does on a slow network.
 */
final class HeldSocket extends Socket {

    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean greeted;
    private boolean released;

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream out = super.getOutputStream();
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                if (greeted && !released) {
                    held.write(bytes, from, length);
                } else {
                    greeted = true;
                    out.write(bytes, from, length);
                }
            }
        };
    }

    void release() throws IOException {
        released = true;
        super.getOutputStream().write(held.toByteArray());
    }
}
