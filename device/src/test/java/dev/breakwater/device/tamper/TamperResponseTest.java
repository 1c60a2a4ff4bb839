/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tamper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.erasure.ConfiguredDevice;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.canary.Canaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TamperResponseTest {

    private static final Tampering LID =
            new Tampering(Tampering.Kind.ENCLOSURE_OPENED, "intrusion0_alarm is not 0");

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final Canaries canaries = new Canaries();
    private final List<Tampering> reported = new ArrayList<>();

    @TempDir Path directory;
    private ConfiguredDevice device;
    private Path lid;

    @BeforeEach
    void setUp() throws Exception {
        device = ConfiguredDevice.in(Files.createDirectory(directory.resolve("device")), clock);
        device.configure(canaries);
        lid = directory.resolve("intrusion0_alarm");
        Files.writeString(lid, "0\n");
    }

    @Test
    void aDeviceThatIsLeftAloneGoesOn() throws Exception {
        TamperResponse response = response(TamperResponse.Choice.ERASE);
        assertThat(response.look()).isEqualTo(new TamperResponse.Outcome.Calm());
        assertThat(reported).isEmpty();
        assertThat(device.storage().read("wifi")).isPresent();
    }

    @Test
    void erasesTheDeviceWhenTheLidIsOpenedAndReportsIt() throws Exception {
        TamperResponse response = response(TamperResponse.Choice.ERASE);
        Files.writeString(lid, "1\n");
        assertThat(response.look())
                .isInstanceOfSatisfying(
                        TamperResponse.Outcome.Erased.class,
                        erased -> {
                            assertThat(erased.tampering()).isEqualTo(LID);
                            assertThat(erased.receipt().statement())
                                    .contains("\"cause\":\"tampered\"");
                        });
        assertThat(reported).containsExactly(LID);
        assertThat(canaries.search(directory)).isEmpty();
        assertThat(response.stopped()).isEmpty();
    }

    @Test
    void aReportThatFailsChangesNothing() throws Exception {
        Files.writeString(lid, "1\n");
        TamperResponse response =
                new TamperResponse(
                        TamperResponse.Choice.ERASE,
                        List.of(new ValueFileSignal(lid, "0")),
                        device.survivors(),
                        device.erasure(),
                        tampering -> {
                            throw new IllegalStateException("the line was cut");
                        });
        assertThat(response.look()).isInstanceOf(TamperResponse.Outcome.Erased.class);
        assertThat(canaries.search(directory)).isEmpty();
    }

    @Test
    void stopsOverRestartsWhereTheProductChoseThatAndLosesNothing() throws Exception {
        TamperResponse response = response(TamperResponse.Choice.STOP);
        assertThat(response.stopped()).isEmpty();
        Files.writeString(lid, "1\n");
        assertThat(response.look()).isEqualTo(new TamperResponse.Outcome.Stopped(LID));
        Files.writeString(lid, "0\n");
        assertThat(response(TamperResponse.Choice.STOP).stopped())
                .contains(Tampering.Kind.ENCLOSURE_OPENED);
        assertThat(device.storage().read("wifi")).isPresent();
    }

    @Test
    void aStopThatDoesNotOpenIsAStop() throws Exception {
        Files.write(directory.resolve("device/survivors/tampered.sealed"), new byte[50]);
        assertThat(response(TamperResponse.Choice.STOP).stopped())
                .contains(Tampering.Kind.INTEGRITY_BROKEN);
    }

    /** A loose wire, or a driver that loads late, is no alarm. */
    @Test
    void aSwitchThatCannotBeReadErasesNothing() throws Exception {
        TamperSignal signal = new ValueFileSignal(lid, "0");
        Files.writeString(lid, "\n");
        assertThatThrownBy(signal::poll).isInstanceOf(IOException.class);
        Files.delete(lid);
        assertThatThrownBy(signal::poll).isInstanceOf(IOException.class);
        assertThat(response(TamperResponse.Choice.ERASE).look())
                .isEqualTo(new TamperResponse.Outcome.Calm());
        assertThatIllegalArgumentException().isThrownBy(() -> new ValueFileSignal(lid, " 0"));
    }

    @Test
    void looksAtTheOtherSignalsThoughOneIsBlind() throws Exception {
        TamperSignal blind =
                () -> {
                    throw new IOException("no such device");
                };
        TamperSignal alarmed = () -> Optional.of(LID);
        TamperResponse response =
                new TamperResponse(
                        TamperResponse.Choice.STOP,
                        List.of(blind, alarmed),
                        device.survivors(),
                        device.erasure(),
                        reported::add);
        assertThat(response.look()).isEqualTo(new TamperResponse.Outcome.Stopped(LID));
    }

    private TamperResponse response(TamperResponse.Choice choice) {
        return new TamperResponse(
                choice,
                List.of(new ValueFileSignal(lid, "0")),
                device.survivors(),
                device.erasure(),
                reported::add);
    }
}
