/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A sequence for a device whose clock may forget the time: it never falls below what a file says.
 *
 * <p>The file holds a number that no envelope has reached. It is written before a number at or
 * above it is given, and then an hour ahead, so that flash memory is written once an hour; a
 * restart goes on from there, an hour ahead of the clock or a little more, until the clock has
 * caught up. A clock that once was years ahead leaves its mark too: openers refuse such envelopes
 * ({@link EnvelopeFault#AHEAD_OF_TIME}) until the file is removed.
 *
 * <pre>{@code
 * Sequence sequence = KeptSequence.open(directory.resolve("envelope-sequence"), Clock.systemUTC());
 * }</pre>
 */
public final class KeptSequence implements Sequence {

    /** How far ahead of the clock the file reserves. */
    public static final Duration AHEAD = Duration.ofHours(1);

    /** Numbers reserved while the clock is behind them, so that not each one costs a write. */
    static final int NUMBERS_AHEAD = 1024;

    private final Path file;
    private final InstantSource clock;

    /** The next number is at least this. */
    private long floor;

    /** What the file holds. */
    private long reserved;

    private KeptSequence(Path file, InstantSource clock, long reserved) {
        this.file = file;
        this.clock = clock;
        this.floor = reserved;
        this.reserved = reserved;
    }

    /**
     * Goes on from what the file says; where there is none, from the clock. One sequence per file.
     *
     * @throws IOException if the file cannot be read or does not hold a number; without it, remove
     *     it and accept that envelopes may be refused for as long as the clock is behind
     */
    public static KeptSequence open(Path file, InstantSource clock) throws IOException {
        return new KeptSequence(file, clock, Files.exists(file) ? read(file) : 1);
    }

    @Override
    public synchronized long next() {
        long now = Sequence.at(clock.instant());
        long number = Math.max(floor, now);
        if (number >= reserved) {
            reserve(Math.max(number + NUMBERS_AHEAD, now + AHEAD.toNanos() / 1000));
        }
        floor = number + 1;
        return number;
    }

    private void reserve(long number) {
        try {
            DurableFile.replace(file, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        } catch (IOException failed) {
            throw new UncheckedIOException(
                    "the sequence of envelopes cannot be kept in " + file, failed);
        }
        reserved = number;
    }

    private static long read(Path file) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(Long.BYTES + 1);
        }
        long number = content.length == Long.BYTES ? ByteBuffer.wrap(content).getLong() : -1;
        if (number < 1) {
            throw new IOException("the sequence of envelopes in " + file + " is damaged");
        }
        return number;
    }
}
