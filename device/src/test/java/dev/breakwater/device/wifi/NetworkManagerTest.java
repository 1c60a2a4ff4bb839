/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.wifi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.testkit.hostile.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * What NetworkManager itself makes of {@link NmcliRadio}'s words: it takes the profiles, byte by
 * byte, and says what it says without a radio. With one it has not been tried.
 */
@Tag("system")
@Timeout(300)
class NetworkManagerTest {

    private static final Ssid MEER = Ssid.ofText("Meer");
    private static final WifiPassphrase SECRET = new WifiPassphrase("hush-hush");
    private static final String WIRELESS = "802-11-wireless";
    private static final String SECURITY = "802-11-wireless-security";

    @TempDir static Path directory;
    private static NetworkManagerProcess manager;
    private static NmcliRadio radio;

    @BeforeAll
    static void start() throws Exception {
        NetworkManagerProcess.missing().ifPresent(reason -> abort(reason));
        manager =
                NetworkManagerProcess.start(directory)
                        .orElseGet(() -> abort("NetworkManager in a namespace needs root"));
        radio = manager.radio();
    }

    @AfterAll
    static void stop() throws Exception {
        if (manager != null) {
            manager.close();
        }
    }

    /** It has understood the profile, and then it has no radio to bring it up on. */
    private static void join(Ssid name, WifiPassphrase passphrase) throws Exception {
        assertThatThrownBy(() -> radio.join(name, passphrase))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nmcli does not join the network")
                .hasMessageContaining("No suitable device found")
                .hasMessageNotContaining(passphrase.secret());
        assertThat(manager.kept()).isEmpty();
    }

    private static byte[] bytes(JsonNode list) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        list.forEach(octet -> bytes.write(octet.intValue()));
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("dev.breakwater.testkit.hostile.HostileNetworks#names")
    void takesEveryByteOfAName(Sample<byte[]> name) throws Exception {
        join(Ssid.of(name.value()), SECRET);
        JsonNode wireless = manager.understood(WIRELESS);
        assertThat(bytes(wireless.at("/ssid/data"))).isEqualTo(name.value());
        assertThat(wireless.at("/mode/data").asString()).isEqualTo("infrastructure");
        assertThat(manager.passphrase()).isEqualTo(SECRET.secret());
        assertThat(manager.understood(SECURITY).at("/key-mgmt/data").asString())
                .isEqualTo("wpa-psk");
    }

    @ParameterizedTest
    @MethodSource("dev.breakwater.testkit.hostile.HostileNetworks#passphrases")
    void takesEveryCharacterOfAPassphrase(Sample<String> passphrase) throws Exception {
        join(MEER, new WifiPassphrase(passphrase.value()));
        assertThat(manager.passphrase()).isEqualTo(passphrase.value());
        assertThat(bytes(manager.understood(WIRELESS).at("/ssid/data"))).isEqualTo(MEER.bytes());
    }

    @Test
    void takesTheDevicesOwnNetwork() throws Exception {
        assertThatThrownBy(() -> radio.openAccessPoint(Ssid.ofText("Tank 1"), SECRET))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nmcli does not open the access point")
                .hasMessageContaining("No suitable device found");
        assertThat(manager.kept()).isEmpty();
        JsonNode wireless = manager.understood(WIRELESS);
        assertThat(wireless.at("/mode/data").asString()).isEqualTo("ap");
        assertThat(wireless.at("/ap-isolation/data").asInt()).isEqualTo(1);
        assertThat(bytes(wireless.at("/ssid/data"))).isEqualTo(Ssid.ofText("Tank 1").bytes());
        JsonNode security = manager.understood(SECURITY);
        assertThat(security.at("/proto/data").toString()).isEqualTo("[\"rsn\"]");
        assertThat(security.at("/pairwise/data").toString()).isEqualTo("[\"ccmp\"]");
        assertThat(security.at("/group/data").toString()).isEqualTo("[\"ccmp\"]");
        JsonNode ipv4 = manager.understood("ipv4");
        assertThat(ipv4.at("/method/data").asString()).isEqualTo("shared");
        assertThat(ipv4.at("/address-data/data/0/address/data").asString())
                .isEqualTo(NmcliRadio.ADDRESS);
        assertThat(manager.understood("connection").at("/autoconnect/data").asBoolean(true))
                .isFalse();
        assertThat(manager.understood("ipv6").at("/method/data").asString()).isEqualTo("disabled");
    }

    @Test
    void forgetsWhatIsNotThere() throws Exception {
        radio.leave();
        radio.closeAccessPoint();
        assertThat(manager.kept()).isEmpty();
    }

    @Test
    void saysThatThereIsNoRadioToScanWith() {
        assertThatThrownBy(radio::scan)
                .isInstanceOf(IOException.class)
                .hasMessage("nmcli does not scan: Error: Device 'wlan0' not found.");
    }
}
