/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.peer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** How the bytes of MQTT travel inside TLS: as they are, or in WebSocket frames. */
interface ByteFrames {

    /** The next bytes, at least one; empty at the end of the stream. */
    byte[] read() throws IOException;

    void write(byte[] bytes) throws IOException;

    /** HTTP's GET begins with G, MQTT's CONNECT with 0x10. */
    static ByteFrames detect(Socket socket) throws IOException {
        BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
        in.mark(1);
        int first = in.read();
        in.reset();
        return first == 'G'
                ? WebSocketFrames.upgrade(in, socket.getOutputStream())
                : new Plain(in, socket.getOutputStream());
    }

    /** As they are. */
    record Plain(InputStream in, OutputStream out) implements ByteFrames {

        @Override
        public byte[] read() throws IOException {
            byte[] buffer = new byte[8192];
            int length = in.read(buffer);
            return length < 0 ? new byte[0] : java.util.Arrays.copyOf(buffer, length);
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }
    }
}
