/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system.revocation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The bytes of MQTT on their way, whatever they are wrapped in. */
interface MqttBytes {

    /** Writes one packet. */
    void write(byte[] packet) throws IOException;

    /** The bytes that came next, in any division; none at the end of the stream. */
    byte[] read() throws IOException;

    /** MQTT right inside TLS. */
    static MqttBytes plain(InputStream in, OutputStream out) {
        return new MqttBytes() {
            private static final int CHUNK_BYTES = 1_024;

            @Override
            public void write(byte[] packet) throws IOException {
                out.write(packet);
                out.flush();
            }

            @Override
            public byte[] read() throws IOException {
                byte[] chunk = new byte[CHUNK_BYTES];
                int count = in.read(chunk);
                return count < 0 ? new byte[0] : java.util.Arrays.copyOf(chunk, count);
            }
        };
    }
}
