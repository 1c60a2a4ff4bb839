/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.update.PlayedServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates of a device whose clock is ten years off on either side, from the start or suddenly. */
@Timeout(60)
class WrongClockUpdatesTest {

    private static final UUID ROLLOUT = UUID.fromString("01937c6e-0000-7000-8000-00000000003a");
    private static final byte[] NEW = UpdatedDevice.archive("1.1", 2);
    private static final long TEN_YEARS = 3652;

    private final TestClock machine = TestClock.atPresent();

    /** What the server's repository is dated by, and the time that it proves. */
    private final TestClock truth = TestClock.atPresent();

    @TempDir Path directory;
    private PlayedServer server;
    private UpdatedDevice device;

    @BeforeEach
    void setUp() throws Exception {
        server = new PlayedServer(TestPki.create(TestClock.atPresent()), truth, DeviceId.fresh());
        device = new UpdatedDevice(directory, server);
        device.machine = machine;
        server.publish("1.1", 2, NEW);
    }

    @AfterEach
    void tearDown() throws Exception {
        device.close();
        server.close();
    }

    private void jump(long days) {
        machine.advance(Duration.ofDays(days));
    }

    private void begin() throws Exception {
        device.start();
        server.accept();
        assertThat(server.hears()).isInstanceOf(UpdateStatus.Running.class);
    }

    private void offer(UpdateConsent consent) throws Exception {
        server.send(PlayedServer.offer(ROLLOUT, "1.1", consent, server.statement("1.1", NEW)));
    }

    private void hears(Step step) throws Exception {
        assertThat(server.hears())
                .isInstanceOfSatisfying(
                        UpdateStatus.Progress.class,
                        told -> assertThat(told.step()).as("%s", told.reason()).isEqualTo(step));
    }

    private void installsAndRestarts() throws Exception {
        hears(Step.VERIFYING);
        hears(Step.WRITING);
        hears(Step.RESTARTING);
        assertThat(device.awaitRestart()).isEqualTo(Restart.Cause.SWITCHED);
        assertThat(device.bootsNext()).isEqualTo("version=1.1");
    }

    private void confirmsAfterItsRestart() throws Exception {
        device.stop();
        device.start();
        server.accept();
        runsTheNewOne();
    }

    private void runsTheNewOne() throws Exception {
        assertThat(server.hears())
                .isInstanceOfSatisfying(
                        UpdateStatus.Running.class,
                        running -> {
                            assertThat(running.version().text()).isEqualTo("1.1");
                            assertThat(running.sha256()).contains(PlayedServer.sha256(NEW));
                            assertThat(running.healthy()).isTrue();
                        });
    }

    @ParameterizedTest
    @ValueSource(longs = {-TEN_YEARS, TEN_YEARS})
    void areInstalledAndConfirmedWithAClockThatIsTenYearsOff(long days) throws Exception {
        jump(days);
        begin();
        offer(UpdateConsent.AUTOMATIC);
        installsAndRestarts();
        confirmsAfterItsRestart();
    }

    @ParameterizedTest
    @ValueSource(longs = {-TEN_YEARS, TEN_YEARS})
    void areInstalledOverTheChannelAloneAsWell(long days) throws Exception {
        device.route = UpdatePlan.Route.CHANNEL;
        jump(days);
        begin();
        offer(UpdateConsent.AUTOMATIC);
        installsAndRestarts();
        confirmsAfterItsRestart();
    }

    /** The line is cut at the same moment, so that a new connection is judged by the new time. */
    @ParameterizedTest
    @ValueSource(longs = {-TEN_YEARS, TEN_YEARS})
    void goOnWithTheirDownloadWhenTheClockJumpsInItsMiddle(long days) throws Exception {
        server.delivery.set(
                (exchange, artifact, offset) -> {
                    server.delivery.set(PlayedServer::whole);
                    PlayedServer.give(exchange, artifact, offset, 200_000);
                    jump(days);
                });
        begin();
        offer(UpdateConsent.AUTOMATIC);
        device.time.advance(device.time.awaitRestOf("breakwater-updates"));
        installsAndRestarts();
        assertThat(server.ranges).hasSize(2);
        assertThat(server.ranges.get(1)).matches("bytes=[1-9][0-9]*-");
        confirmsAfterItsRestart();
    }

    @ParameterizedTest
    @ValueSource(longs = {-TEN_YEARS, TEN_YEARS})
    void waitForTheirOwnerWhateverTheClockDoesMeanwhile(long days) throws Exception {
        begin();
        offer(UpdateConsent.OWNER);
        hears(Step.ASKING);
        OfferedUpdate asked = device.asked.poll(10, TimeUnit.SECONDS);
        assertThat(asked).isNotNull();
        jump(days);
        assertThat(device.updates().approve(ROLLOUT)).isTrue();
        installsAndRestarts();
        confirmsAfterItsRestart();
    }

    /** A trial has its time by the machine's timer, which nobody sets. */
    @ParameterizedTest
    @ValueSource(longs = {-TEN_YEARS, TEN_YEARS})
    void standTheirTrialThoughTheClockJumpsInItsMiddle(long days) throws Exception {
        begin();
        offer(UpdateConsent.AUTOMATIC);
        installsAndRestarts();
        device.stop();
        device.health.set(new dev.breakwater.device.update.Health.NotYet("the water is cold"));
        device.start();
        server.accept();
        device.time.awaitRestOf("breakwater-updates");
        jump(days);
        device.health.set(new dev.breakwater.device.update.Health.Healthy());
        device.time.advance(device.time.awaitRestOf("breakwater-updates"));
        runsTheNewOne();
        assertThat(device.restarts).isEmpty();
    }

    /** Somebody holds back what is newer, and sets the clock to when the old was fresh. */
    @ParameterizedTest
    @EnumSource
    void areNotTakenFromMetadataThatHasExpiredByTheProvenTime(UpdatePlan.Route route)
            throws Exception {
        device.route = route;
        Duration frozen = Duration.ofDays(10);
        truth.advance(frozen);
        begin();
        offer(UpdateConsent.AUTOMATIC);
        UpdateStatus.Progress told = (UpdateStatus.Progress) server.hears();
        assertThat(told.step()).isEqualTo(Step.FAILED);
        assertThat(told.reason().orElse("")).contains("expired");
        assertThat(device.restarts).isEmpty();
    }

    /** Ahead by ten years, but everything is as old as it says. */
    @Test
    void areRefusedForTheTrueReasonByADeviceThatIsAhead() throws Exception {
        jump(TEN_YEARS);
        truth.advance(Duration.ofDays(10));
        begin();
        offer(UpdateConsent.AUTOMATIC);
        UpdateStatus.Progress told = (UpdateStatus.Progress) server.hears();
        assertThat(told.step()).isEqualTo(Step.FAILED);
        assertThat(told.reason().orElse("")).contains("expired");
    }
}
