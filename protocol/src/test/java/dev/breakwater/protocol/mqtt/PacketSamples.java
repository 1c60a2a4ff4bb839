/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Every sample packet of both versions. */
final class PacketSamples {

    private PacketSamples() {}

    static Stream<PacketSample> all() {
        return Stream.of(
                        PacketSamplesOf311.all(),
                        ConnectionSamplesOf5.all(),
                        MessageSamplesOf5.all())
                .flatMap(List::stream);
    }

    static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
