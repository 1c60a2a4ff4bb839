/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.companion.DeviceRefused;
import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.companion.OtherDevice;
import dev.breakwater.companion.SetupResult;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.DeviceReport;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.protocol.setup.exchange.SetupState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How a device that waits to be set up goes from state to state, and how it ends. */
@Timeout(60)
class SetupModeTest {

    private static final Duration FOLLOW_MAX = Duration.ofSeconds(30);

    @TempDir Path directory;
    private SetupBench bench;

    @BeforeEach
    void setUp() throws Exception {
        bench = new SetupBench(directory, true);
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
    }

    @Test
    void joinsEnrollsSaysSoAndIsGone() throws Exception {
        InetSocketAddress where = bench.start();
        DeviceSetup phone = bench.phone(where);
        assertThat(phone.report())
                .isEqualTo(
                        new DeviceReport(
                                SetupBench.SERIAL,
                                "Fish tank",
                                "1.4.0",
                                SetupState.WAITING,
                                Optional.empty(),
                                10,
                                900));
        assertThat(phone.networks())
                .extracting(network -> network.ssid().printable())
                .containsExactly("Meer", "Moor");
        phone.send(SetupBench.request("Meer", "hush-hush"));
        assertThat(phone.follow(FOLLOW_MAX)).isEqualTo(new SetupResult.Done());
        assertThat(bench.ended()).isEqualTo(new SetupOutcome.Done(SetupBench.SERVER));
        assertThat(bench.states)
                .containsExactly(
                        SetupState.WAITING,
                        SetupState.JOINING,
                        SetupState.ENROLLING,
                        SetupState.DONE);
        assertThat(bench.radio.events())
                .containsExactly("scan", "open Tank 1", "join Meer", "close");
        SetupBench.assertThatNobodyListens(where);
    }

    @ParameterizedTest
    @CsvSource({
        "Meer, wrong-guess, WRONG_PASSPHRASE",
        "Nowhere, hush-hush, NETWORK_NOT_FOUND",
        "Moor, hush-hush, NO_INTERNET"
    })
    void tellsWhyItDidNotJoinAndTakesAnotherAttempt(
            String network, String passphrase, SetupFailure why) throws Exception {
        DeviceSetup phone = bench.phone(bench.start());
        phone.send(SetupBench.request(network, passphrase));
        assertThat(phone.follow(FOLLOW_MAX)).isEqualTo(new SetupResult.Failed(why, 9));
        assertThat(bench.radio.events()).contains("leave");
        phone.send(SetupBench.request("Meer", "hush-hush"));
        assertThat(phone.follow(FOLLOW_MAX)).isEqualTo(new SetupResult.Done());
        assertThat(bench.ended()).isInstanceOf(SetupOutcome.Done.class);
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhyItDidNotEnroll(SetupFailure why) throws Exception {
        bench.failsToEnroll(why);
        DeviceSetup phone = bench.phone(bench.start());
        phone.send(SetupBench.request("Meer", "hush-hush"));
        assertThat(phone.follow(FOLLOW_MAX)).isEqualTo(new SetupResult.Failed(why, 9));
        assertThat(phone.report().failure()).contains(why);
    }

    @Test
    void offersWhatItHearsAfterAFailureAndNeverItsOwnNetwork() throws Exception {
        bench.radio.hears("Tank 1", "pond-lily", true);
        DeviceSetup phone = bench.phone(bench.start());
        assertThat(phone.networks())
                .extracting(network -> network.ssid().printable())
                .containsExactly("Meer", "Moor");
        bench.radio.hears("Mole", "hush-hush", true);
        phone.send(SetupBench.request("Nowhere", "hush-hush"));
        assertThat(phone.follow(FOLLOW_MAX)).isInstanceOf(SetupResult.Failed.class);
        // Told while the radio has yet to listen once more; the next attempt is taken after that.
        phone.send(SetupBench.request("Nowhere", "hush-hush"));
        assertThat(phone.follow(FOLLOW_MAX)).isInstanceOf(SetupResult.Failed.class);
        assertThat(phone.networks())
                .extracting(network -> network.ssid().printable())
                .containsExactly("Meer", "Mole", "Moor");
    }

    @Test
    void callsABrokenRadioAMissingNetworkAndGoesOn() throws Exception {
        DeviceSetup phone = bench.phone(bench.start());
        bench.radio.breaks();
        phone.send(SetupBench.request("Meer", "hush-hush"));
        assertThat(phone.follow(FOLLOW_MAX))
                .isEqualTo(new SetupResult.Failed(SetupFailure.NO_INTERNET, 9));
    }

    @Test
    void closesItsNetworkWhileItJoinsIfItHasOneRadioAndComesBackWithTheReason() throws Exception {
        bench = new SetupBench(directory, false);
        CompletableFuture<Void> gate = bench.radio.holdsJoins();
        InetSocketAddress first = bench.start();
        bench.phone(first).send(SetupBench.request("Meer", "wrong-guess"));
        while (!bench.radio.events().contains("join Meer")) {
            Thread.onSpinWait();
        }
        SetupBench.assertThatNobodyListens(first);
        assertThat(bench.phone(first).follow(FOLLOW_MAX)).isEqualTo(new SetupResult.OutOfReach());
        gate.complete(null);
        DeviceSetup again = bench.phone(bench.awaitReachable());
        assertThat(again.follow(FOLLOW_MAX))
                .isEqualTo(new SetupResult.Failed(SetupFailure.WRONG_PASSPHRASE, 9));
        again.send(SetupBench.request("Meer", "hush-hush"));
        assertThat(bench.ended()).isInstanceOf(SetupOutcome.Done.class);
        assertThat(bench.radio.events())
                .containsExactly(
                        "scan",
                        "open Tank 1",
                        "close",
                        "join Meer",
                        "leave",
                        "scan",
                        "open Tank 1",
                        "close",
                        "join Meer",
                        "close");
    }

    @Test
    void closesWhenItsTimeIsUp() throws Exception {
        InetSocketAddress where = bench.start();
        bench.timePasses(Duration.ofMinutes(14));
        assertThat(bench.phone(where).report().secondsLeft()).isEqualTo(60);
        bench.timePasses(Duration.ofMinutes(1));
        assertThat(bench.ended()).isEqualTo(new SetupOutcome.TimeUp());
        SetupBench.assertThatNobodyListens(where);
        assertThat(bench.radio.events()).endsWith("close");
    }

    @ParameterizedTest
    @CsvSource({"hush-hush, Done", "wrong-guess, TimeUp"})
    void finishesTheAttemptAtWorkWhenItsTimeIsUp(String passphrase, String end) throws Exception {
        CompletableFuture<Void> gate = bench.radio.holdsJoins();
        InetSocketAddress where = bench.start();
        DeviceSetup phone = bench.phone(where);
        phone.send(SetupBench.request("Meer", passphrase));
        bench.timePasses(SetupMode.WINDOW);
        assertThat(phone.report().state()).isEqualTo(SetupState.JOINING);
        assertThat(phone.report().secondsLeft()).isZero();
        assertThat(bench.outcome).isNotDone();
        gate.complete(null);
        if (end.equals("Done")) {
            assertThat(phone.follow(FOLLOW_MAX)).isEqualTo(new SetupResult.Done());
        }
        assertThat(bench.ended().getClass().getSimpleName()).isEqualTo(end);
        SetupBench.assertThatNobodyListens(where);
    }

    @Test
    void closesAfterTenAttemptsThatFailed() throws Exception {
        InetSocketAddress where = bench.start();
        DeviceSetup phone = bench.phone(where);
        for (int left = 9; left >= 1; left--) {
            phone.send(SetupBench.request("Meer", "wrong-guess" + left));
            assertThat(phone.follow(FOLLOW_MAX))
                    .isEqualTo(new SetupResult.Failed(SetupFailure.WRONG_PASSPHRASE, left));
        }
        phone.send(SetupBench.request("Meer", "wrong-guess"));
        assertThat(bench.ended()).isEqualTo(new SetupOutcome.TriesSpent());
        SetupBench.assertThatNobodyListens(where);
    }

    @Test
    void worksOnOneRequestAtATimeAndTellsTheSecondPhoneSo() throws Exception {
        CompletableFuture<Void> gate = bench.radio.holdsJoins();
        InetSocketAddress where = bench.start();
        DeviceSetup first = bench.phone(where);
        DeviceSetup second = bench.phone(where);
        first.send(SetupBench.request("Meer", "hush-hush"));
        assertThatThrownBy(() -> second.send(SetupBench.request("Moor", "hush-hush")))
                .isInstanceOfSatisfying(
                        DeviceRefused.class,
                        refused -> assertThat(refused.status()).isEqualTo(409));
        assertThat(second.report().state()).isEqualTo(SetupState.JOINING);
        assertThat(second.report().triesLeft()).isEqualTo(10);
        gate.complete(null);
        assertThat(first.follow(FOLLOW_MAX)).isEqualTo(new SetupResult.Done());
        assertThat(bench.radio.events()).doesNotContain("join Moor");
    }

    @Test
    void isToldNothingByAPhoneThatWasShownAnotherLabel() throws Exception {
        InetSocketAddress where = bench.start();
        SetupLabel other =
                new SetupLabel(
                        "Tank 1", "pond-lily", SetupBench.SERIAL, new SetupKeyHash("A".repeat(43)));
        DeviceSetup phone = new DeviceSetup(where, other);
        assertThatThrownBy(phone::report).isInstanceOf(OtherDevice.class);
        assertThatThrownBy(() -> phone.send(SetupBench.request("Meer", "hush-hush")))
                .isInstanceOf(OtherDevice.class);
        assertThatThrownBy(() -> phone.follow(FOLLOW_MAX)).isInstanceOf(OtherDevice.class);
        DeviceReport report = bench.phone(where).report();
        assertThat(report.state()).isEqualTo(SetupState.WAITING);
        assertThat(report.triesLeft()).isEqualTo(10);
    }

    @Test
    void showsThatItIsDoneForAWhileToAPhoneThatHasNotAsked() throws Exception {
        InetSocketAddress where = bench.start();
        bench.phone(where).send(SetupBench.request("Meer", "hush-hush"));
        assertThat(bench.time.awaitRestOf("breakwater-setup-10s"))
                .isEqualTo(SetupMode.DONE_SHOWN_MAX);
        assertThat(bench.outcome).isNotDone();
        bench.time.advance(SetupMode.DONE_SHOWN_MAX);
        assertThat(bench.ended()).isInstanceOf(SetupOutcome.Done.class);
        SetupBench.assertThatNobodyListens(where);
    }

    @Test
    void leavesNothingOpenWhenItIsInterrupted() throws Exception {
        CompletableFuture<Void> _ = bench.radio.holdsJoins();
        InetSocketAddress where = bench.start();
        bench.phone(where).send(SetupBench.request("Meer", "hush-hush"));
        bench.interrupt();
        assertThatThrownBy(bench::ended)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        SetupBench.assertThatNobodyListens(where);
        assertThat(bench.radio.events()).endsWith("leave", "close");
    }

    @Test
    void saysThatItsNetworkDoesNotOpen() {
        bench.radio.breaks();
        SetupMode mode = bench.mode(bench.label);
        assertThatThrownBy(mode::run)
                .isInstanceOf(IOException.class)
                .hasMessage("the radio is broken");
        assertThat(bench.radio.events()).containsExactly("scan", "open Tank 1", "close");
    }

    @Test
    void refusesALabelThatIsNotItsOwn() {
        SetupLabel other =
                new SetupLabel(
                        "Tank 1", "pond-lily", SetupBench.SERIAL, new SetupKeyHash("A".repeat(43)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bench.mode(other))
                .withMessageContaining("another set-up key");
    }

    @Test
    void countsByATimerThatNoClockMoves() {
        SetupMode.Surroundings surroundings = SetupMode.Surroundings.ofSystem();
        assertThat(surroundings.time().instant()).isBefore(Instant.EPOCH.plusSeconds(60));
    }
}
