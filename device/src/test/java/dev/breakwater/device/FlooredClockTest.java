/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlooredClockTest {

    private static final Instant BUILT = Instant.parse("2026-11-01T00:00:00Z");

    private final TestClock machine = TestClock.at(Instant.EPOCH);
    private final AtomicLong timer = new AtomicLong();

    @TempDir Path directory;

    @Test
    void doesNotShowATimeBeforeTheFirmwareWasBuilt() throws IOException {
        assertThat(open().instant()).isEqualTo(BUILT);
        machine.set(BUILT.plusSeconds(60));
        assertThat(open().instant()).isEqualTo(BUILT.plusSeconds(60));
    }

    @Test
    void risesWithWhatTheServerProvesAndNeverSinks() throws IOException {
        FlooredClock clock = open();
        clock.heard(BUILT.plus(Duration.ofDays(40)));
        assertThat(clock.instant()).isEqualTo(BUILT.plus(Duration.ofDays(40)));
        clock.heard(BUILT.plus(Duration.ofDays(10)));
        assertThat(clock.instant()).isEqualTo(BUILT.plus(Duration.ofDays(40)));
        assertThat(open().instant()).isEqualTo(BUILT.plus(Duration.ofDays(40)));
        machine.set(BUILT.plus(Duration.ofDays(50)));
        assertThat(clock.instant()).isEqualTo(machine.instant());
        machine.set(Instant.EPOCH);
        assertThat(clock.instant()).isEqualTo(BUILT.plus(Duration.ofDays(40)));
    }

    @Test
    void runsOnFromTheFloorWhereNobodySetsTheClock() throws IOException {
        FlooredClock clock = open();
        timer.addAndGet(Duration.ofHours(5).toNanos());
        assertThat(clock.instant()).isEqualTo(BUILT.plus(Duration.ofHours(5)));
        // A clock that is set from 1970 to the present is not a timer that ran for fifty years.
        machine.set(BUILT.plus(Duration.ofHours(6)));
        assertThat(clock.instant()).isEqualTo(machine.instant());
        assertThat(clock.withZone(ZoneOffset.ofHours(2)).instant()).isEqualTo(machine.instant());
    }

    @Test
    void writesAtMostOnceADay() throws IOException {
        FlooredClock clock = open();
        Path file = directory.resolve("storage/clock-floor.sealed");
        clock.heard(BUILT.plus(Duration.ofHours(23)));
        assertThat(file).doesNotExist();
        clock.heard(BUILT.plus(Duration.ofHours(25)));
        byte[] first = Files.readAllBytes(file);
        clock.heard(BUILT.plus(Duration.ofHours(47)));
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
        clock.heard(BUILT.plus(Duration.ofHours(50)));
        assertThat(Files.readAllBytes(file)).isNotEqualTo(first);
    }

    @Test
    void goesOnFromTheBuildIfTheFloorWasChanged() throws IOException {
        FlooredClock clock = open();
        clock.heard(BUILT.plus(Duration.ofDays(2)));
        Files.write(directory.resolve("storage/clock-floor.sealed"), new byte[64]);
        assertThat(open().instant()).isEqualTo(BUILT);
    }

    /** Ten years ahead, which a device notices when the server has proved the time. */
    @Test
    void doesNotBelieveAMachineThatIsAheadOfWhatIsProved() throws IOException {
        Instant now = BUILT.plus(Duration.ofDays(40));
        machine.set(now.plus(Duration.ofDays(3650)));
        FlooredClock clock = open();
        assertThat(clock.instant()).isEqualTo(machine.instant());
        assertThat(clock.ahead()).isEmpty();
        clock.proved(now);
        assertThat(clock.instant()).isEqualTo(now);
        assertThat(clock.ahead()).contains(Duration.ofDays(3650));
        timer.addAndGet(Duration.ofHours(5).toNanos());
        assertThat(clock.instant()).isEqualTo(now.plus(Duration.ofHours(5)));
    }

    @Test
    void believesTheMachineAgainOnceItIsRight() throws IOException {
        Instant now = BUILT.plus(Duration.ofDays(40));
        machine.set(now.plus(Duration.ofDays(3650)));
        FlooredClock clock = open();
        clock.proved(now);
        machine.set(now.plusSeconds(20));
        assertThat(clock.ahead()).isEmpty();
        assertThat(clock.instant()).isEqualTo(machine.instant());
        // The timer stands while the machine sleeps; the clock does not, and was right before.
        machine.advance(Duration.ofDays(3));
        assertThat(clock.instant()).isEqualTo(machine.instant());
        // Off again, and proved to be.
        machine.advance(Duration.ofDays(3650));
        clock.proved(now.plus(Duration.ofDays(3)));
        assertThat(clock.instant()).isEqualTo(now.plus(Duration.ofDays(3)));
        clock.proved(machine.instant());
        assertThat(clock.instant()).isEqualTo(machine.instant());
    }

    @Test
    void toleratesWhatAnExchangeTakes() throws IOException {
        Instant now = BUILT.plus(Duration.ofDays(40));
        machine.set(now.plus(Duration.ofMinutes(5)));
        FlooredClock clock = open();
        clock.proved(now);
        assertThat(clock.instant()).isEqualTo(machine.instant());
        machine.advance(Duration.ofMillis(1));
        clock.proved(now);
        assertThat(clock.instant()).isEqualTo(now);
    }

    /** Neither raised by a machine that was ahead, nor lowered by what is proved. */
    @Test
    void keepsItsFloorOutOfReachOfTheMachine() throws IOException {
        Instant now = BUILT.plus(Duration.ofDays(40));
        FlooredClock clock = open();
        clock.proved(now);
        machine.set(now.plus(Duration.ofDays(3650)));
        assertThat(clock.instant()).isEqualTo(machine.instant());
        assertThat(clock.floor()).isEqualTo(now);
        machine.set(Instant.EPOCH);
        assertThat(open().instant()).isEqualTo(now);
        clock.proved(now.minus(Duration.ofDays(30)));
        assertThat(clock.instant()).isEqualTo(now);
        assertThat(open().floor()).isEqualTo(now);
    }

    private FlooredClock open() throws IOException {
        SealedStorage storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("storage")),
                        WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")));
        return FlooredClock.open(machine, timer::get, BUILT, storage);
    }
}
