/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.protocol.update.release.DirectorStatement;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.update.PlayedServer;
import dev.breakwater.testkit.update.TestSigners;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a hostile, broken or absent server can do to a device: nothing. */
@Timeout(60)
class UpdateBadInputTest {

    private static final UUID ROLLOUT = UUID.fromString("01937c6e-0000-7000-8000-00000000002a");
    private static final byte[] NEW = UpdatedDevice.archive("1.1", 2);
    private static final long SEED = 11;

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
        assertThat(server.hears()).isInstanceOf(UpdateStatus.Running.class);
    }

    private void offer(byte[] statement) throws Exception {
        server.send(PlayedServer.offer(ROLLOUT, "1.1", UpdateConsent.AUTOMATIC, statement));
    }

    private String refused(Step step) throws Exception {
        UpdateStatus.Progress told = (UpdateStatus.Progress) server.hears();
        assertThat(told.step()).as("%s", told.reason()).isEqualTo(step);
        assertThat(device.restarts).isEmpty();
        assertThat(device.bootsNext()).isEqualTo("version=1.0");
        return told.reason().orElse("");
    }

    private void installs() throws Exception {
        assertThat(device.awaitRestart()).isEqualTo(Restart.Cause.SWITCHED);
        assertThat(device.bootsNext()).isEqualTo("version=1.1");
    }

    /** Lets the device rest as long as it means to, so many times. */
    private void installsAfterRests(int rests) throws Exception {
        for (int rest = 0; rest < rests; rest++) {
            device.time.advance(device.time.awaitRestOf("breakwater-updates"));
        }
        installs();
    }

    @Test
    void malformedOffersArePassedOver() throws Exception {
        begin();
        String good =
                new String(
                        PlayedServer.offer(
                                        ROLLOUT,
                                        "1.1",
                                        UpdateConsent.AUTOMATIC,
                                        server.statement("1.1", NEW))
                                .toJson(),
                        UTF_8);
        for (String bad :
                new String[] {
                    "",
                    "{}",
                    "[]",
                    good + good,
                    good.replace("1.1/tank", "../tank"),
                    good.replace("automatic", "forced")
                }) {
            server.send(Topics.UPDATE_OFFER, bad.getBytes(UTF_8));
        }
        server.send(Topics.UPDATE_CHUNK, new byte[3]);
        offer(server.statement("1.1", NEW));
        installs();
    }

    @Test
    void refusesWhatIsForAnotherDeviceOrTooLate() throws Exception {
        begin();
        offer(
                server.statement(
                        "1.1", NEW, DeviceId.fresh(), Duration.ofDays(1), server.director()));
        assertThat(refused(Step.INELIGIBLE)).contains("does not name this device");
        offer(
                server.statement(
                        "1.1", NEW, server.device, Duration.ofSeconds(-5), server.director()));
        assertThat(refused(Step.INELIGIBLE)).contains("the deadline was");
    }

    @Test
    void refusesAnotherHardware() throws Exception {
        device.hardware = "rev-b";
        begin();
        offer(server.statement("1.1", NEW));
        assertThat(refused(Step.INELIGIBLE)).contains("not for the hardware rev-b");
    }

    private void offerOf(PrivateKeySigner director) throws Exception {
        offer(server.statement("1.1", NEW, server.device, Duration.ofDays(1), director));
    }

    /** The device has begun to judge what it was offered last: it asks for what is newer. */
    private void awaitJudgement() throws Exception {
        server.repository.metadata().awaitRequest("timestamp.json");
    }

    @Test
    void refusesADirectorWhoseKeyWasSwappedAndTellsItTheSecondTime() throws Exception {
        begin();
        offerOf(TestSigners.fresh());
        awaitJudgement();
        offerOf(TestSigners.fresh());
        assertThat(refused(Step.FAILED)).contains("the director has not signed this");
    }

    @Test
    void waitsForTheOfferAnewIfTheDirectorHasAnotherKeySince() throws Exception {
        PrivateKeySigner before = server.director();
        server.repository.rotate(TopRole.SNAPSHOT);
        server.repository.rotate(TopRole.TIMESTAMP);
        server.repository.publishRoot();
        server.repository.signers(DirectorStatement.ROLE).set(0, TestSigners.fresh());
        server.repository.delegate(
                "targets", DirectorStatement.ROLE, false, new PathScope.Patterns(List.of()));
        server.repository.publishAll();
        begin();
        offerOf(before);
        awaitJudgement();
        offerOf(server.director());
        UpdateStatus.Progress told = (UpdateStatus.Progress) server.hears();
        assertThat(told.step())
                .as("%s", told.reason())
                .isIn(Step.DOWNLOADING, Step.VERIFYING, Step.WRITING, Step.RESTARTING);
        installs();
    }

    @Test
    void refusesAnOfferThatSpeaksOfAnotherReleaseThanItsStatement() throws Exception {
        begin();
        server.send(
                PlayedServer.offer(
                        ROLLOUT, "1.2", UpdateConsent.AUTOMATIC, server.statement("1.1", NEW)));
        assertThat(refused(Step.FAILED)).contains("another release");
    }

    @Test
    void refusesMetadataThatHasExpired() throws Exception {
        server.repository.setExpiry("timestamp", Instant.now().minusSeconds(60));
        server.repository.publishTimestamp();
        begin();
        offer(server.statement("1.1", NEW));
        assertThat(refused(Step.FAILED)).contains("has expired");
    }

    @Test
    void aClockThatIsAheadExpiresNothingThatTheServerProvesToBeFresh() throws Exception {
        server.repository.setExpiry("timestamp", Instant.now().plus(Duration.ofHours(2)));
        server.repository.publishTimestamp();
        device.machine = Clock.offset(device.clock, Duration.ofHours(5));
        begin();
        offer(server.statement("1.1", NEW));
        installs();
    }

    @Test
    void anAlteredArtifactIsNotInstalledAndNotFetchedAgain() throws Exception {
        begin();
        byte[] altered = NEW.clone();
        altered[1000] ^= 1;
        server.artifacts.put(PlayedServer.sha256(NEW), altered);
        byte[] statement = server.statement("1.1", NEW);
        offer(statement);
        assertThat(server.hears()).isEqualTo(UpdateStatus.Progress.of(ROLLOUT, Step.VERIFYING));
        assertThat(refused(Step.FAILED)).contains("SHA-256");
        int asked = server.ranges.size();
        server.send(new UpdateOffer.Withdrawn(ROLLOUT));
        offer(statement);
        assertThat(refused(Step.FAILED)).contains("SHA-256");
        assertThat(server.ranges).hasSize(asked);
    }

    @Test
    void goesOnFromWhereItWasCutAtAnyByte() throws Exception {
        Random random = new Random(SEED);
        AtomicInteger cuts = new AtomicInteger(4);
        server.delivery.set(
                (exchange, artifact, offset) -> {
                    if (cuts.getAndDecrement() <= 0) {
                        PlayedServer.whole(exchange, artifact, offset);
                        return;
                    }
                    PlayedServer.give(
                            exchange, artifact, offset, random.nextInt((NEW.length - offset) / 2));
                    throw new IOException("cut");
                });
        begin();
        offer(server.statement("1.1", NEW));
        installsAfterRests(4);
        assertThat(server.ranges).as("seed %d", SEED).hasSize(5);
        assertThat(server.ranges.getLast()).matches("bytes=[1-9][0-9]*-");
    }

    @Test
    void comesBackWhenABusyServerSaysAndNotBefore() throws Exception {
        AtomicInteger busy = new AtomicInteger(1);
        server.delivery.set(
                (exchange, artifact, offset) -> {
                    if (busy.getAndDecrement() > 0) {
                        exchange.getResponseHeaders().set("Retry-After", "120");
                        exchange.sendResponseHeaders(503, -1);
                        return;
                    }
                    PlayedServer.whole(exchange, artifact, offset);
                });
        begin();
        offer(server.statement("1.1", NEW));
        assertThat(device.time.awaitRestOf("breakwater-updates"))
                .isBetween(Duration.ofSeconds(120), Duration.ofSeconds(150));
        installsAfterRests(1);
    }

    @Test
    void waitsForAServerThatIsAwayForHours() throws Exception {
        server.away = true;
        begin();
        offer(server.statement("1.1", NEW));
        Duration waited = Duration.ZERO;
        while (waited.compareTo(Duration.ofHours(2)) < 0) {
            Duration rest = device.time.awaitRestOf("breakwater-updates");
            assertThat(rest).isLessThanOrEqualTo(Duration.ofMinutes(15));
            device.time.advance(rest);
            waited = waited.plus(rest);
        }
        assertThat(device.time.awaitRestOf("breakwater-updates")).isPositive();
        server.away = false;
        installsAfterRests(1);
    }

    @Test
    void aSwappedRootIsNoticedAndTrustBeginsAnewWithTheShippedOne() throws Exception {
        begin();
        server.send(
                PlayedServer.offer(
                        ROLLOUT, "1.1", UpdateConsent.OWNER, server.statement("1.1", NEW)));
        assertThat(device.asked.poll(10, TimeUnit.SECONDS)).isNotNull();
        device.stop();
        try (var files = Files.list(device.data())) {
            for (Path file : files.toList()) {
                if (String.valueOf(file.getFileName()).contains("update-trust-")) {
                    byte[] sealed = Files.readAllBytes(file);
                    sealed[sealed.length - 1] ^= 1;
                    Files.write(file, sealed);
                }
            }
        }
        server.statuses.clear();
        begin();
        offer(server.statement("1.1", NEW));
        installs();
    }
}
