/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SequenceTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Party.START);
    private Path file = Path.of("sequence");

    @BeforeEach
    void inADirectoryOfItsOwn(@TempDir Path directory) {
        file = directory.resolve("sequence");
    }

    @Test
    void isTheClockInMicrosecondsAndGrowsWhileTheClockStands() {
        Sequence sequence = new ClockSequence(now::get);
        long first = sequence.next();
        assertThat(first).isEqualTo(Party.START.getEpochSecond() * 1_000_000);
        assertThat(sequence.next()).isEqualTo(first + 1);
        now.set(Party.START.minusSeconds(60));
        assertThat(sequence.next()).isEqualTo(first + 2);
        now.set(Party.START.plusSeconds(1));
        assertThat(sequence.next()).isEqualTo(first + 1_000_000);
    }

    @Test
    void isAboveAStrangersFloorEvenWhereTheClockHasNeverBeenSet() throws IOException {
        now.set(Instant.EPOCH.minusSeconds(1));
        assertThat(new ClockSequence(now::get).next()).isPositive();
        assertThat(KeptSequence.open(file, now::get).next()).isPositive();
    }

    @Test
    void aKeptOneGoesOnAboveItsOwnNumbersWhenTheClockHasForgottenTheTime() throws IOException {
        long last = 0;
        for (int restart = 0; restart < 50; restart++) {
            now.set(restart % 2 == 0 ? Party.START : Instant.EPOCH);
            KeptSequence sequence = KeptSequence.open(file, now::get);
            for (int i = 0; i < KeptSequence.NUMBERS_AHEAD + 10; i++) {
                long next = sequence.next();
                assertThat(next).isGreaterThan(last);
                last = next;
            }
        }
        // However often it restarts, it stays within what an opener takes.
        assertThat(last).isLessThan(Sequence.at(Party.START.plus(Duration.ofHours(2))));
    }

    @Test
    void aKeptOneFollowsTheClockAndWritesOnceAnHour() throws IOException {
        KeptSequence sequence = KeptSequence.open(file, now::get);
        assertThat(sequence.next()).isEqualTo(Sequence.at(Party.START));
        byte[] written = Files.readAllBytes(file);
        now.set(Party.START.plus(KeptSequence.AHEAD).minusNanos(1000));
        assertThat(sequence.next()).isEqualTo(Sequence.at(now.get()));
        assertThat(Files.readAllBytes(file)).isEqualTo(written);
        now.set(Party.START.plus(KeptSequence.AHEAD));
        assertThat(sequence.next()).isEqualTo(Sequence.at(now.get()));
        assertThat(Files.readAllBytes(file)).isNotEqualTo(written);
    }

    @Test
    void aKeptOneRefusesADamagedFile() throws IOException {
        Files.write(file, new byte[7]);
        assertThatIOException()
                .isThrownBy(() -> KeptSequence.open(file, now::get))
                .withMessageContaining("damaged");
        Files.write(file, new byte[8]);
        assertThatIOException().isThrownBy(() -> KeptSequence.open(file, now::get));
        Files.write(file, new byte[9]);
        assertThatIOException().isThrownBy(() -> KeptSequence.open(file, now::get));
    }

    @Test
    void aKeptOneGivesNoNumberThatItCannotKeep() throws IOException {
        Path nowhere = file.resolveSibling("missing").resolve("sequence");
        KeptSequence sequence = KeptSequence.open(nowhere, now::get);
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(sequence::next);
        Files.createDirectory(nowhere.getParent());
        assertThat(sequence.next()).isEqualTo(Sequence.at(Party.START));
    }
}
