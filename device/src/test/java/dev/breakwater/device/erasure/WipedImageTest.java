/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.DrillFigures;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.canary.Canaries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody finds who has a device's storage: before it was erased without its key, and after.
 */
class WipedImageTest {

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final Canaries canaries = new Canaries();

    @TempDir Path directory;
    private ConfiguredDevice device;

    @BeforeEach
    void setUp() throws Exception {
        device = ConfiguredDevice.in(directory, clock);
        device.configure(canaries);
    }

    @Test
    void holdsNoCanaryAfterAnErasure() throws Exception {
        // The search finds what is there: the unused enrollment code is not sealed.
        assertThat(canaries.search(directory))
                .extracting(Canaries.Found::what)
                .containsExactly("enrollment code");
        var _ = device.erasure().eraseNow(Cause.BY_HAND);
        assertThat(canaries.search(directory)).isEmpty();
        DrillFigures.say(
                "wipe: %d canaries planted, 0 found after the erasure".formatted(canaries.size()));
    }

    @Test
    void holdsNoCanaryWithoutTheWrappingKey() throws Exception {
        assertThat(canaries.search(device.data())).isEmpty();
        DrillFigures.say(
                "wipe: 0 of %d canaries in a copy without the wrapping key"
                        .formatted(canaries.size()));
    }

    /**
     * What is sealed must look like chance: no compressor makes it smaller. What it may tell is its
     * name, its length and when it was written.
     */
    @Test
    void isNoiseWithoutTheWrappingKey() throws Exception {
        device.storage().write("note-2", new byte[64 * 1024]);
        byte[] sealed = Files.readAllBytes(device.data().resolve("note-2.sealed"));
        assertThat(sealed).hasSize(64 * 1024 + Long.BYTES + SealingKey.OVERHEAD_BYTES);
        assertThat(deflated(sealed)).isGreaterThanOrEqualTo(sealed.length);
        assertThat(deflated(new byte[64 * 1024])).isLessThan(1024);
        DrillFigures.say(
                "wipe: %d zeros, sealed, take %d bytes and deflate to %d"
                        .formatted(64 * 1024, sealed.length, deflated(sealed)));
    }

    private static int deflated(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out =
                new DeflaterOutputStream(bytes, new Deflater(Deflater.BEST_COMPRESSION))) {
            out.write(content);
        }
        return bytes.size();
    }
}
