/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.channel;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/**
 * A socket on which the server's last words are heard. A server that refuses our certificate sends
 * its alert and closes while we are still writing; TLS of the JDK would give up at the failed write
 * and never read the alert. Here a failed write is silent: the peer's reset that caused it ends the
 * stream for the reader too, right after what was sent before it.
 */
final class LastWordsSocket extends Socket {

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Unfailing(super.getOutputStream());
    }

    private static final class Unfailing extends FilterOutputStream {

        Unfailing(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException told) {
                // The reader is told.
            }
        }

        @Override
        public void flush() {
            try {
                out.flush();
            } catch (IOException told) {
                // The reader is told.
            }
        }
    }
}
