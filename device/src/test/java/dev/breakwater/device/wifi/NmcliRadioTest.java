/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.wifi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.protocol.wifi.WifiSecurity;
import dev.breakwater.testkit.hostile.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How nmcli is called and understood; NetworkManager itself is played by a program. */
@Timeout(60)
class NmcliRadioTest {

    private static final String UPLINK = "6a9f5a0e-5d0c-4c53-9d4b-1f1d6d1c7a01";
    private static final String ACCESS_POINT = "6a9f5a0e-5d0c-4c53-9d4b-1f1d6d1c7a02";
    private static final Ssid MEER = Ssid.ofText("Meer");
    private static final WifiPassphrase SECRET = new WifiPassphrase("hush-hush");

    @TempDir Path directory;
    private PlayedNmcli nmcli;
    private NmcliRadio radio;

    @BeforeEach
    void setUp() throws IOException {
        nmcli = new PlayedNmcli(directory);
        radio = nmcli.radio("wlan0", "wlan0");
    }

    @Test
    void hearsNetworksByTheirBytes() throws Exception {
        nmcli.answers(
                "scan",
                """
                4D656572:70:WPA2
                FF00225C:31:WPA3
                4d69786564:100:WPA1 WPA2 WPA3
                4F6C64:5:WPA1
                57:1:WEP
                4F70656E:0:
                436F7270:44:WPA2 802.1X
                :88:WPA2
                """,
                0);
        assertThat(radio.scan())
                .containsExactly(
                        new WifiNetwork(MEER, 70, WifiSecurity.WPA2),
                        new WifiNetwork(
                                Ssid.of(new byte[] {(byte) 0xFF, 0, '"', '\\'}),
                                31,
                                WifiSecurity.WPA3),
                        new WifiNetwork(Ssid.ofText("Mixed"), 100, WifiSecurity.WPA2),
                        new WifiNetwork(Ssid.ofText("Old"), 5, WifiSecurity.WPA),
                        new WifiNetwork(Ssid.ofText("W"), 1, WifiSecurity.WEP),
                        new WifiNetwork(Ssid.ofText("Open"), 0, WifiSecurity.OPEN),
                        new WifiNetwork(Ssid.ofText("Corp"), 44, WifiSecurity.ENTERPRISE));
        assertThat(nmcli.calls())
                .containsExactly(
                        "--terse --escape yes --fields SSID-HEX,SIGNAL,SECURITY device wifi list ifname wlan0 --rescan yes");
        assertThat(nmcli.written()).contains("locale=C home=\n");
    }

    @Test
    void passesOverLinesThatAreNoNetwork() throws Exception {
        nmcli.answers(
                "scan",
                "Warning: something\n4D:101:WPA2\n4D:-1:WPA2\n4:1:WPA2\nzz:1:WPA2\n"
                        + "00".repeat(33)
                        + ":1:WPA2\n4D:1\n4D:1:WPA2:x\n\n4D:1:WPA2\n",
                0);
        assertThat(radio.scan())
                .containsExactly(new WifiNetwork(Ssid.ofText("M"), 1, WifiSecurity.WPA2));
    }

    @Test
    void saysThatItDoesNotScanWithoutARadio() throws Exception {
        nmcli.answers("scan", "Error: Device 'wlan0' not found.\n", 10);
        assertThatThrownBy(radio::scan)
                .isInstanceOf(IOException.class)
                .hasMessage("nmcli does not scan: Error: Device 'wlan0' not found.");
    }

    @Test
    void joinsByAProfileThatOnlyItsOwnerReads() throws Exception {
        assertThat(radio.join(MEER, SECRET)).isEqualTo(Joining.JOINED);
        assertThat(nmcli.calls())
                .containsExactly(
                        "connection load " + nmcli.kept(),
                        "--wait 45 connection up uuid " + UPLINK);
        assertThat(nmcli.mode()).isEqualTo("600");
        assertThat(nmcli.kept()).exists();
        assertThat(nmcli.profile())
                .contains(
                        "uuid=" + UPLINK + "\n",
                        "interface-name=wlan0\n",
                        "autoconnect=true\n",
                        "mode=infrastructure\nssid=77;101;101;114;\n",
                        "key-mgmt=wpa-psk\npsk=hush-hush\n");
    }

    @Test
    void tellsNoSecretToACommandLine() throws Exception {
        assertThat(radio.join(MEER, SECRET)).isEqualTo(Joining.JOINED);
        var _ = radio.openAccessPoint(Ssid.ofText("Tank"), SECRET);
        assertThat(nmcli.written()).contains("connection").doesNotContain("hush");
    }

    @ParameterizedTest
    @MethodSource("dev.breakwater.testkit.hostile.HostileNetworks#names")
    void passesEveryByteOfANameAndNothingElseInItsProfile(Sample<byte[]> name) throws Exception {
        assertThat(radio.join(MEER, SECRET)).isEqualTo(Joining.JOINED);
        List<String> usual = nmcli.profile().lines().toList();
        assertThat(radio.join(Ssid.of(name.value()), SECRET)).isEqualTo(Joining.JOINED);
        StringBuilder line = new StringBuilder("ssid=");
        for (byte octet : name.value()) {
            line.append(Byte.toUnsignedInt(octet)).append(';');
        }
        assertThat(nmcli.profile().lines())
                .containsExactlyElementsOf(
                        usual.stream()
                                .map(other -> other.startsWith("ssid=") ? line.toString() : other)
                                .toList());
    }

    @ParameterizedTest
    @MethodSource("dev.breakwater.testkit.hostile.HostileNetworks#passphrases")
    void passesEveryCharacterOfAPassphrase(Sample<String> passphrase) throws Exception {
        assertThat(radio.join(MEER, new WifiPassphrase(passphrase.value())))
                .isEqualTo(Joining.JOINED);
        String line =
                nmcli.profile().lines().filter(one -> one.startsWith("psk=")).findFirst().get();
        assertThat(asGlibReadsIt(line.substring(4))).isEqualTo(passphrase.value());
        assertThat(line.substring(4)).doesNotContain(" ");
        assertThat(nmcli.written()).doesNotContain(passphrase.value());
    }

    /** The escapes of a key file's value (g_key_file_get_string), one after the other. */
    private static String asGlibReadsIt(String value) {
        StringBuilder read = new StringBuilder();
        boolean escaped = false;
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (escaped) {
                read.append(character == 's' ? ' ' : character);
                escaped = false;
            } else if (character == '\\') {
                escaped = true;
            } else {
                read.append(character);
            }
        }
        return read.toString();
    }

    @Test
    void speaksToANetworkOfWpa3AloneAsItWants() throws Exception {
        nmcli.answers("scan", "4D656572:70:WPA3\n", 0);
        assertThat(radio.scan()).hasSize(1);
        assertThat(radio.join(MEER, SECRET)).isEqualTo(Joining.JOINED);
        assertThat(nmcli.profile()).contains("key-mgmt=sae\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4|Error: Connection activation failed: (7) Secrets were required, but not provided.|WRONG_PASSPHRASE",
                "4|Error: Connection activation failed: Secrets were required, but not provided|WRONG_PASSPHRASE",
                "4|Error: Connection activation failed: (11) 802.1X supplicant took too long to authenticate.|WRONG_PASSPHRASE",
                "4|Error: Connection activation failed: (53) The Wi-Fi network could not be found.|NETWORK_NOT_FOUND",
                "4|Error: Connection activation failed: ssid-not-found|NETWORK_NOT_FOUND",
                "4|Error: Connection activation failed: (5) IP configuration could not be reserved (no available address, timeout, etc.).|NO_ADDRESS",
                "4|Error: Connection activation failed: (17) DHCP client failed|NO_ADDRESS",
                "3|Error: Timeout expired (45 seconds)|NO_ADDRESS"
            })
    void tellsFailuresApartAndKeepsNothing(int exit, String words, Joining joining)
            throws Exception {
        nmcli.answers("up", words + "\n", exit);
        assertThat(radio.join(MEER, SECRET)).isEqualTo(joining);
        assertThat(nmcli.calls().getLast()).isEqualTo("connection delete uuid " + UPLINK);
        assertThat(nmcli.kept()).doesNotExist();
    }

    @Test
    void saysWhatNmcliSaidWhenItIsTheRadio() throws Exception {
        nmcli.answers("up", "Error: NetworkManager is not running.\n", 8);
        nmcli.answers("delete", "Error: NetworkManager is not running.\n", 10);
        assertThatThrownBy(() -> radio.join(MEER, SECRET))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("NetworkManager is not running")
                .hasMessageNotContaining("hush");
        assertThat(nmcli.kept()).doesNotExist();
    }

    @Test
    void opensItsOwnNetworkAndLeavesNothingOfIt() throws Exception {
        assertThat(radio.openAccessPoint(Ssid.ofText("Tank"), SECRET).getHostAddress())
                .isEqualTo("10.42.0.1");
        assertThat(nmcli.mode()).isEqualTo("600");
        assertThat(nmcli.profile())
                .contains(
                        "uuid=" + ACCESS_POINT + "\n",
                        "autoconnect=false\n",
                        "mode=ap\nap-isolation=1\nssid=84;97;110;107;\n",
                        "proto=rsn;\n",
                        "method=shared\naddress1=10.42.0.1/24\n");
        assertThat(nmcli.passing()).exists();
        radio.closeAccessPoint();
        assertThat(nmcli.calls())
                .containsExactly(
                        "connection load " + nmcli.passing(),
                        "--wait 45 connection up uuid " + ACCESS_POINT,
                        "connection delete uuid " + ACCESS_POINT);
        assertThat(nmcli.passing()).doesNotExist();
    }

    @Test
    void closesAndLeavesWhatIsNotThere() throws Exception {
        nmcli.answers("delete", "Error: unknown connection.\n", 10);
        radio.closeAccessPoint();
        radio.leave();
        assertThat(nmcli.calls())
                .containsExactly(
                        "connection delete uuid " + ACCESS_POINT,
                        "connection delete uuid " + UPLINK);
    }

    @Test
    void saysThatAProfileStaysAndRemovesItsFileAllTheSame() throws Exception {
        assertThat(radio.join(MEER, SECRET)).isEqualTo(Joining.JOINED);
        nmcli.answers("delete", "Error: not authorized\n", 1);
        assertThatThrownBy(radio::leave)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not authorized");
        assertThat(nmcli.kept()).doesNotExist();
    }

    @Test
    void waitsForNoProgramThatHangs() throws Exception {
        nmcli.hangsAt("delete");
        assertThatThrownBy(
                        () ->
                                new Nmcli(nmcli.program())
                                        .run(
                                                Duration.ofMillis(300),
                                                List.of("connection", "delete")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not answer");
    }

    @Test
    void keepsItsNetworkOnlyWithASecondInterface() {
        assertThat(radio.keepsAccessPoint()).isFalse();
        assertThat(nmcli.radio("wlan0", "uap0").keepsAccessPoint()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"''", "wlan0;x", "--help", "sixteen-letters0", "'wlan0\n'"})
    void refusesWhatIsNoInterface(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> nmcli.radio(name, "wlan0"));
        assertThatIllegalArgumentException().isThrownBy(() -> nmcli.radio("wlan0", name));
    }

    @Test
    void findsItsProgramByNoSearch() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new NmcliRadio(
                                        Path.of("nmcli"), directory, directory, "wlan0", "wlan0"));
    }
}
