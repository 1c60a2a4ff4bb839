/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.protocol.mqtt.MqttVersion;
import java.nio.file.Path;
import java.security.cert.X509Certificate;

/**
 * A server that is not ours, running.
 *
 * @param directory with everything it wrote; deleted at its end
 * @param root of its certificate
 * @param channelPort where it takes MQTT over TLS
 * @param mqtt the newest MQTT it speaks
 */
record PeerServer(
        ServerKind kind,
        String version,
        Path directory,
        X509Certificate root,
        int channelPort,
        ServerProcess process,
        MqttVersion mqtt,
        String setting,
        Promise promise)
        implements ServerUnderTest {

    @Override
    public void close() {
        process.close();
        Workplace.delete(directory);
    }
}
