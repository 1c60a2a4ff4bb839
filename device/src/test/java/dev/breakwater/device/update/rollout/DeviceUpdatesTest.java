/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.update.Health;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.update.PlayedServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From the offer to the report of how it ended, with a device that is switched off and on. */
@Timeout(60)
class DeviceUpdatesTest {

    private static final UUID ROLLOUT = UUID.fromString("01937c6e-0000-7000-8000-00000000002a");
    private static final UUID NEXT = UUID.fromString("01937c6e-0000-7000-8000-00000000002b");
    private static final byte[] NEW = UpdatedDevice.archive("1.1", 2);

    @TempDir Path directory;
    private PlayedServer server;
    private UpdatedDevice device;

    @BeforeEach
    void setUp() throws Exception {
        server =
                new PlayedServer(
                        TestPki.create(TestClock.atPresent()),
                        TestClock.atPresent(),
                        DeviceId.fresh());
        device = new UpdatedDevice(directory, server);
        server.publish("1.1", 2, NEW);
    }

    @AfterEach
    void tearDown() throws Exception {
        device.close();
        server.close();
    }

    private void begin() throws Exception {
        device.start();
        server.accept();
        assertThat(server.hears())
                .isInstanceOfSatisfying(
                        UpdateStatus.Running.class,
                        running -> {
                            assertThat(running.version().text()).isEqualTo("1.0");
                            assertThat(running.sha256()).isEmpty();
                            assertThat(running.counter()).isEqualTo(1);
                            assertThat(running.healthy()).isTrue();
                        });
    }

    private static UpdateOffer.Standing offer(UpdateConsent consent, byte[] statement) {
        return PlayedServer.offer(ROLLOUT, "1.1", consent, statement);
    }

    private void offerNew(UpdateConsent consent) throws Exception {
        server.send(offer(consent, server.statement("1.1", NEW)));
    }

    private void hears(Step step) throws Exception {
        assertThat(server.hears())
                .isInstanceOfSatisfying(
                        UpdateStatus.Progress.class,
                        told -> {
                            assertThat(told.rollout()).isEqualTo(ROLLOUT);
                            assertThat(told.step()).as("%s", told.reason()).isEqualTo(step);
                        });
    }

    private String refusal(Step step) throws Exception {
        UpdateStatus.Progress told = (UpdateStatus.Progress) server.hears();
        assertThat(told.step()).as("%s", told.reason()).isEqualTo(step);
        return told.reason().orElse("");
    }

    private void installsAndRestarts() throws Exception {
        hears(Step.VERIFYING);
        hears(Step.WRITING);
        hears(Step.RESTARTING);
        assertThat(device.awaitRestart()).isEqualTo(Restart.Cause.SWITCHED);
        assertThat(device.bootsNext()).isEqualTo("version=1.1");
    }

    @ParameterizedTest
    @EnumSource
    void installsWhatIsOfferedAndConfirmsItAfterTheRestart(UpdatePlan.Route route)
            throws Exception {
        device.route = route;
        begin();
        offerNew(UpdateConsent.AUTOMATIC);
        installsAndRestarts();
        device.stop();
        device.start();
        server.accept();
        assertThat(server.hears())
                .isInstanceOfSatisfying(
                        UpdateStatus.Running.class,
                        running -> {
                            assertThat(running.version().text()).isEqualTo("1.1");
                            assertThat(running.sha256()).contains(PlayedServer.sha256(NEW));
                            assertThat(running.counter()).isEqualTo(2);
                            assertThat(running.hardware()).isEqualTo("rev-a");
                            assertThat(running.healthy()).isTrue();
                        });
        // The server that has missed it offers the same again, and is told again what runs.
        offerNew(UpdateConsent.AUTOMATIC);
        assertThat(server.hears()).isInstanceOf(UpdateStatus.Running.class);
        assertThat(device.restarts).isEmpty();
    }

    @Test
    void tellsEachTenPercentOnce() throws Exception {
        begin();
        offerNew(UpdateConsent.AUTOMATIC);
        List<Integer> percents = new ArrayList<>();
        while (true) {
            UpdateStatus.Progress told =
                    (UpdateStatus.Progress) server.statuses.poll(10, TimeUnit.SECONDS);
            if (told.step() != Step.DOWNLOADING) {
                break;
            }
            percents.add(told.percent().orElseThrow());
        }
        assertThat(percents).startsWith(0).doesNotHaveDuplicates().isSorted();
        assertThat(percents).allMatch(percent -> percent % 10 == 0).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void asksTheOwnerAndInstallsNothingUntilTheWordIsGiven() throws Exception {
        begin();
        offerNew(UpdateConsent.OWNER);
        hears(Step.ASKING);
        OfferedUpdate asked = device.asked.poll(5, TimeUnit.SECONDS);
        assertThat(asked.notes()).isEqualTo("Feeds at the right time.");
        assertThat(asked.lengthBytes()).isEqualTo(NEW.length);
        assertThat(server.ranges).isEmpty();
        assertThat(device.updates().postpone(ROLLOUT, asked.deadline())).isTrue();
        assertThat(refusal(Step.ASKING)).startsWith("put off at the device until 20");
        offerNew(UpdateConsent.GIVEN);
        installsAndRestarts();
    }

    @Test
    void theOwnerMayApproveAtTheDevice() throws Exception {
        begin();
        assertThat(device.updates().approve(ROLLOUT)).isFalse();
        offerNew(UpdateConsent.OWNER);
        hears(Step.ASKING);
        assertThat(device.updates().approve(NEXT)).isFalse();
        assertThat(device.updates().approve(ROLLOUT)).isTrue();
        installsAndRestarts();
    }

    @Test
    void tellsThatAVersionWasTakenBackUntilTheServerKnowsAndDoesNotTryItAgain() throws Exception {
        begin();
        UpdateOffer.Standing offer = offer(UpdateConsent.AUTOMATIC, server.statement("1.1", NEW));
        server.send(offer);
        installsAndRestarts();
        device.stop();
        device.health.set(new Health.Failed("the thermometer reads 125 °C"));
        device.start();
        server.accept();
        assertThat(device.awaitRestart()).isEqualTo(Restart.Cause.GIVEN_UP);
        device.stop();
        device.health.set(new Health.Healthy());
        device.start();
        server.accept();
        List<UpdateStatus> told = List.of(server.hears(), server.hears());
        assertThat(told)
                .anySatisfy(
                        status ->
                                assertThat(status)
                                        .isInstanceOfSatisfying(
                                                UpdateStatus.Progress.class,
                                                reverted -> {
                                                    assertThat(reverted.step())
                                                            .isEqualTo(Step.REVERTED);
                                                    assertThat(reverted.reason().orElseThrow())
                                                            .contains("125 °C");
                                                }))
                .anySatisfy(
                        status ->
                                assertThat(status)
                                        .isInstanceOfSatisfying(
                                                UpdateStatus.Running.class,
                                                running ->
                                                        assertThat(running.version().text())
                                                                .isEqualTo("1.0")));
        server.send(offer);
        assertThat(refusal(Step.REVERTED)).contains("125 °C");
        assertThat(device.bootsNext()).isEqualTo("version=1.0");
        // Whoever has looked into it may try again, by a statement of its own.
        offerNew(UpdateConsent.AUTOMATIC);
        installsAndRestarts();
    }

    @Test
    void saysThatAnUnwellProductIsUnwellAndStillTakesItsUpdate() throws Exception {
        device.health.set(new Health.Failed("the feeder is stuck"));
        device.start();
        server.accept();
        assertThat(server.hears())
                .isInstanceOfSatisfying(
                        UpdateStatus.Running.class,
                        running -> assertThat(running.healthy()).isFalse());
        offerNew(UpdateConsent.AUTOMATIC);
        installsAndRestarts();
    }

    @Test
    void anOfferThatIsWithdrawnStopsWhatHasNotSwitched() throws Exception {
        begin();
        server.delivery.set(
                (exchange, artifact, offset) -> {
                    PlayedServer.give(exchange, artifact, offset, 1000);
                    throw new java.io.IOException("cut");
                });
        offerNew(UpdateConsent.AUTOMATIC);
        assertThat(device.time.awaitRestOf("breakwater-updates")).isPositive();
        server.send(new UpdateOffer.Withdrawn(ROLLOUT));
        server.delivery.set(PlayedServer::whole);
        // Another is heeded at once, though the device rested.
        byte[] other = UpdatedDevice.archive("1.2", 3);
        server.publish("1.2", 3, other);
        server.send(
                PlayedServer.offer(
                        NEXT, "1.2", UpdateConsent.OWNER, server.statement("1.2", other)));
        UpdateStatus.Progress next = (UpdateStatus.Progress) server.hears();
        assertThat(next.rollout()).isEqualTo(NEXT);
        assertThat(next.step()).isEqualTo(Step.ASKING);
        assertThat(device.restarts).isEmpty();
        assertThat(device.bootsNext()).isEqualTo("version=1.0");
    }

    @Test
    void aWithdrawalOfAnotherRolloutStopsNothing() throws Exception {
        begin();
        offerNew(UpdateConsent.OWNER);
        hears(Step.ASKING);
        server.send(new UpdateOffer.Withdrawn(NEXT));
        assertThat(device.updates().approve(ROLLOUT)).isTrue();
        installsAndRestarts();
    }

    @Test
    void trustAndCountsSurviveARestart() throws Exception {
        begin();
        byte[] older = server.statement("1.1", NEW);
        offerNew(UpdateConsent.OWNER);
        hears(Step.ASKING);
        device.stop();
        device.start();
        server.accept();
        assertThat(server.hears()).isInstanceOf(UpdateStatus.Running.class);
        server.send(offer(UpdateConsent.GIVEN, older));
        assertThat(refusal(Step.FAILED)).contains("at least version 2, not 1");
        assertThat(device.restarts).isEmpty();
    }
}
