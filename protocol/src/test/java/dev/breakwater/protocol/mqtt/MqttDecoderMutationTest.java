/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Samples with random damage: out comes a packet, a wait, or {@link MalformedPacket}, and never
 * anything else. A failure prints the seed and the bytes.
 */
class MqttDecoderMutationTest {

    private static final int ROUNDS = 2_000;

    @Test
    void damagedPacketsAreReadAwaitedOrRefused() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<PacketSample> samples = PacketSamples.all().toList();
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (PacketSample sample : samples) {
                byte[] damaged = damage(sample.bytes(), random);
                try {
                    refused += isRefused(sample, damaged) ? 1 : 0;
                } catch (RuntimeException | Error defect) {
                    throw new AssertionError(
                            "%s, seed %d, bytes %s".formatted(sample, seed, Hex.of(damaged)),
                            defect);
                }
            }
        }
        assertThat(refused).as("refused of all, seed %d", seed).isGreaterThan(ROUNDS);
    }

    private static boolean isRefused(PacketSample sample, byte[] damaged) {
        ByteBuffer in = ByteBuffer.wrap(damaged);
        try {
            MqttPacket packet = sample.decoder().decode(in);
            if (packet == null) {
                assertThat(in.position()).as("bytes taken while waiting").isZero();
            } else {
                assertSurvivesRoundTrip(sample, packet, damaged, in.position());
            }
            return false;
        } catch (MalformedPacket expected) {
            return true;
        }
    }

    /** What was let in can be written, and reads as the same again. */
    private static void assertSurvivesRoundTrip(
            PacketSample sample, MqttPacket packet, byte[] damaged, int length)
            throws MalformedPacket {
        MqttVersion version = packet instanceof Connect c ? c.version() : sample.version();
        ByteBuffer wire = new MqttEncoder(version).encode(packet);
        assertThat(wire.remaining())
                .as("canonical form of %s", Hex.of(damaged))
                .isLessThanOrEqualTo(length);
        assertThat(sample.decoder().decode(wire)).isEqualTo(packet);
    }

    private static byte[] damage(byte[] whole, SplittableRandom random) {
        byte[] bytes = whole.clone();
        int changes = random.nextInt(1, 4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] = (byte) (bytes[at] ^ (1 << random.nextInt(8)));
                case 2 -> bytes[at] = (byte) (bytes[at] + random.nextInt(-2, 3));
                default -> bytes = withoutByte(bytes, at);
            }
            if (bytes.length == 0) {
                return whole;
            }
        }
        return bytes;
    }

    private static byte[] withoutByte(byte[] bytes, int at) {
        byte[] shorter = new byte[bytes.length - 1];
        System.arraycopy(bytes, 0, shorter, 0, at);
        System.arraycopy(bytes, at + 1, shorter, at, shorter.length - at);
        return shorter;
    }
}
