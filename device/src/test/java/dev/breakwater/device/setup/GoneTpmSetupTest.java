/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.companion.SetupResult;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.SetupIdentity;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.token.BareTpm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A TPM that goes while a device is set up: a failure of its own, and mended by its return. */
@Timeout(120)
class GoneTpmSetupTest {

    @TempDir Path directory;
    private final List<Duration> rests = new ArrayList<>();
    private Optional<BareTpm> made = Optional.empty();
    private BareTpm tpm;
    private SetupBench bench;
    private CredentialSlots slots;

    @BeforeEach
    void setUp() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        made = Optional.of(BareTpm.make(Files.createDirectory(directory.resolve("tpm"))));
        tpm = made.orElseThrow();
        bench = new SetupBench(directory, true);
        slots = CredentialSlots.open(bench.storage, place().open(bench.storage, SetupBench.SERIAL));
    }

    @AfterEach
    void tearDown() throws Exception {
        if (bench != null) {
            bench.close();
        }
        made.ifPresent(BareTpm::close);
    }

    @Test
    void isShownToThePhoneWhichFinishesTheSetUpWhenItIsBack() throws Exception {
        try (OwnersServer server = new OwnersServer(bench.identity, Clock.systemUTC())) {
            bench.enrolls(enrollment(bench.identity));
            DeviceSetup phone = bench.phone(bench.start());
            tpm.pullOut();
            phone.send(request(server));
            assertThat(phone.follow(Duration.ofSeconds(20)))
                    .isEqualTo(new SetupResult.Failed(SetupFailure.KEY_UNAVAILABLE, 9));
            assertThat(server.asked()).containsExactly("cacerts");
            tpm.putBack();
            phone.send(request(server));
            assertThat(phone.follow(Duration.ofSeconds(20))).isEqualTo(new SetupResult.Done());
            assertThat(bench.ended()).isInstanceOf(SetupOutcome.Done.class);
            assertThat(slots.next().orElseThrow().deviceId()).isEqualTo(server.deviceId);
        }
    }

    /** The key is made, and what signs its request is gone. */
    @Test
    void keepsTheKeyOfARequestThatCouldNotBeSigned() throws Exception {
        try (OwnersServer server = new OwnersServer(bench.identity, Clock.systemUTC())) {
            PublicKey pending = slots.keyForNext().publicKey();
            tpm.pullOut();
            assertThat(enrollment(bench.identity).enroll(SetupBench.TICKET, server.place()))
                    .contains(SetupFailure.KEY_UNAVAILABLE);
            assertThat(server.asked()).containsExactly("cacerts");
            tpm.putBack();
            assertThat(enrollment(bench.identity).enroll(SetupBench.TICKET, server.place()))
                    .isEmpty();
            assertThat(slots.next().orElseThrow().key().publicKey()).isEqualTo(pending);
            assertThat(rests).isEmpty();
        }
    }

    /** The server is asked with the set-up key: a handshake that fails for want of it, no other. */
    @Test
    void isNoFaultOfTheNetworkWhereTheSetUpKeyIsInIt() throws Exception {
        SealedStorage survivors =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("tpm-survivors")),
                        WrappingKeyFile.openOrCreate(directory.resolve("survivors.key")),
                        StorageManifest.ofSurvivors(),
                        Clock.systemUTC());
        SetupIdentity inside =
                SetupIdentity.open(place().open(survivors, SetupBench.SERIAL), SetupBench.SERIAL);
        slots = CredentialSlots.open(bench.storage, bench.keys);
        try (OwnersServer server = new OwnersServer(inside, Clock.systemUTC())) {
            tpm.pullOut();
            assertThat(enrollment(inside).enroll(SetupBench.TICKET, server.place()))
                    .contains(SetupFailure.KEY_UNAVAILABLE);
            assertThat(server.asked()).containsExactly("cacerts");
            tpm.putBack();
            assertThat(enrollment(inside).enroll(SetupBench.TICKET, server.place())).isEmpty();
            assertThat(rests).isEmpty();
        }
    }

    private KeyPlace place() {
        return new KeyPlace.Tpm(tpm.socket());
    }

    private TicketEnrollment enrollment(SetupIdentity identity) {
        return new TicketEnrollment(
                SetupBench.SERIAL,
                identity,
                slots,
                new SetupMemory(bench.storage),
                TestClock.atPresent(),
                rests::add);
    }

    private static SetupRequest request(OwnersServer server) {
        return new SetupRequest(
                Ssid.ofText("Meer"),
                new WifiPassphrase("hush-hush"),
                SetupBench.TICKET,
                server.place());
    }
}
