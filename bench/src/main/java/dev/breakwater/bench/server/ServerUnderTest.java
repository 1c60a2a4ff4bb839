/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.KeyExchange;
import dev.breakwater.protocol.mqtt.MqttVersion;
import java.security.cert.X509Certificate;

/** A running server whose channel devices of the fleet can use, by mutual TLS with their keys. */
public interface ServerUnderTest extends AutoCloseable {

    /** Whose server it is. */
    ServerKind kind();

    /** The version that it reports itself. */
    String version();

    /** The root of its certificate. */
    X509Certificate root();

    /** Where its channel listens, on the loopback address. */
    int channelPort();

    /** Its process. */
    ServerProcess process();

    /** The newest MQTT it speaks. */
    default MqttVersion mqtt() {
        return MqttVersion.V5;
    }

    /** The best key exchange it can do. */
    default KeyExchange keyExchange() {
        return KeyExchange.CLASSICAL;
    }

    /** A topic that is the device's own, ending like this. */
    default String topic(DeviceIdentity device, String end) {
        return "devices/" + device.serial() + "/" + end;
    }

    /** What was set differently from its defaults, in words. */
    String setting();

    /** What its PUBACK promises in that setting. */
    Promise promise();

    /** Ends it. What it had stored is gone. */
    @Override
    void close();
}
