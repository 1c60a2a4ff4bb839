/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AirTest {

    private static final Ssid MEER = Ssid.ofText("Meer");
    private static final WifiPassphrase SECRET = new WifiPassphrase("hush-hush");
    private static final InetAddress HOME = InetAddress.ofLiteral("192.168.4.1");

    @TempDir Path directory;
    private Air air;
    private Namespace home;
    private Namespace phone;

    @BeforeEach
    void setUp() throws Exception {
        Namespace.missing().ifPresent(reason -> abort(reason));
        air = new Air(directory);
        home = Namespace.make("home");
        phone = Namespace.make("phone");
    }

    @AfterEach
    void takeAway() {
        home.close();
        phone.close();
    }

    private void open(boolean givesAddresses) throws Exception {
        air.open(new AirNetwork(MEER, SECRET, home, "192.168.4", givesAddresses));
    }

    private AirAnswer join(String name, String passphrase) throws Exception {
        return air.join(Ssid.ofText(name), new WifiPassphrase(passphrase), phone, "wlan0");
    }

    @Test
    void letsInWhoeverHasNameAndPassphrase() throws Exception {
        open(true);
        assertThat(air.names()).containsExactly(MEER);
        assertThat(join("Moor", "hush-hush")).isEqualTo(AirAnswer.NOT_FOUND);
        assertThat(join("Meer", "hush-hash")).isEqualTo(AirAnswer.WRONG_PASSPHRASE);
        assertThat(phone.ip("-o", "link")).doesNotContain("wlan0");
        assertThat(join("Meer", "hush-hush")).isEqualTo(AirAnswer.IN);
        assertThat(phone.ip("-o", "-4", "address")).contains("192.168.4.2/24");
        assertThat(phone.ip("route")).contains("default via 192.168.4.1 dev wlan0");
    }

    @Test
    void givesNoAddressWhereItIsToldTo() throws Exception {
        open(false);
        assertThat(join("Meer", "hush-hush")).isEqualTo(AirAnswer.NO_ADDRESS);
        assertThat(phone.ip("-o", "link")).doesNotContain("wlan0");
    }

    @Test
    void leavesNothingOfANetworkThatIsClosed() throws Exception {
        open(true);
        assertThat(join("Meer", "hush-hush")).isEqualTo(AirAnswer.IN);
        air.close(MEER);
        air.close(MEER);
        assertThat(phone.ip("-o", "link")).doesNotContain("wlan0");
        assertThat(home.ip("-o", "link")).contains("lo").doesNotContain("air", "station");
        assertThat(join("Meer", "hush-hush")).isEqualTo(AirAnswer.NOT_FOUND);
        open(true);
        assertThat(join("Meer", "hush-hush")).isEqualTo(AirAnswer.IN);
        air.leave(phone, "wlan0");
        air.leave(phone, "wlan0");
        assertThat(join("Meer", "hush-hush")).isEqualTo(AirAnswer.IN);
    }

    @Test
    void waitsUntilANetworkIsOpenOrClosed() throws Exception {
        Thread opens =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        open(true);
                                    } catch (Exception failed) {
                                        throw new AssertionError(failed);
                                    }
                                });
        air.await(MEER, true, Duration.ofSeconds(20));
        opens.join();
        assertThatThrownBy(() -> air.await(MEER, false, Duration.ofMillis(20)))
                .isInstanceOf(IOException.class)
                .hasMessage("the network Meer stays open");
    }

    /** A scan that finds nothing says something only if it finds what there is. */
    @Test
    void isScannedFromWithinANetwork() throws Exception {
        open(true);
        assertThat(join("Meer", "hush-hush")).isEqualTo(AirAnswer.IN);
        home.set("ipv4/icmp_ratelimit", "0");
        PortScan.Result nothing = PortScan.from(phone, HOME);
        assertThat(nothing.isNothing()).as("%s", nothing).isTrue();
        Process listens = listening();
        try {
            PortScan.Result found = PortScan.from(phone, HOME);
            assertThat(found.notShut().keySet()).containsExactly("tcp 50007", "udp 5353");
            assertThat(found.isNothing()).isFalse();
            assertThat(found.isOnly(50_007)).isFalse();
        } finally {
            listens.destroyForcibly();
            var _ = listens.onExit().join();
        }
        air.close(MEER);
        PortScan.Result gone = PortScan.from(phone, HOME);
        assertThat(gone.shut()).isZero();
        assertThat(gone.isNothing()).isFalse();
    }

    /** Nobody is no shut device, and not worth a scan of a day. */
    @Test
    void isScannedInVainWhereNobodyIs() throws Exception {
        open(true);
        assertThat(join("Meer", "hush-hush")).isEqualTo(AirAnswer.IN);
        PortScan.Result nobody = PortScan.from(phone, InetAddress.ofLiteral("192.168.4.77"));
        assertThat(nobody.shut()).isZero();
        assertThat(nobody.isNothing()).isFalse();
    }

    /** A program in the home that listens on one port of each kind. */
    private Process listening() throws IOException {
        Process listens =
                new ProcessBuilder(
                                home.command(
                                        List.of(
                                                Path.of(
                                                                System.getProperty("java.home"),
                                                                "bin",
                                                                "java")
                                                        .toString(),
                                                "-cp",
                                                System.getProperty("java.class.path"),
                                                Listening.class.getName())))
                        .redirectErrorStream(true)
                        .start();
        assertThat(listens.inputReader().readLine()).isEqualTo("listening");
        return listens;
    }

    @Test
    void sweepsWhatAKilledRunLeftAndNothingElse() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        var _ = dead.onExit().join();
        String left = "bw" + dead.pid() + "-1-phone";
        var _ = Namespace.run(List.of("ip", "netns", "add", left));
        try (Namespace another = Namespace.make("another")) {
            assertThat(Namespace.run(List.of("ip", "netns", "list")))
                    .contains(phone.name(), home.name(), another.name())
                    .doesNotContain(left);
        }
    }

    @Test
    void refusesNamesThatAreNotItsOwn() {
        assertThatIllegalArgumentException().isThrownBy(() -> Namespace.named("production"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AirNetwork(MEER, SECRET, home, "192.168", true));
    }
}
