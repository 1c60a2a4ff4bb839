/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.protocol.wifi.WifiSecurity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetupMessagesTest {

    private static final ServerPlace SERVER =
            new ServerPlace("tanks.example.com", OptionalInt.of(8443), 8884, 8883, "ab".repeat(32));
    private static final SetupRequest REQUEST =
            new SetupRequest(
                    Ssid.of(new byte[] {0, (byte) 0xFF, '"'}),
                    new WifiPassphrase("hush\\\"hush"),
                    new SetupTicket("eyJ.a.b.c.d"),
                    SERVER);

    private static DeviceReport report(SetupState state, Optional<SetupFailure> failure) {
        return new DeviceReport(
                new DeviceSerial("tank-1"), "Fish tank", "1.4.0", state, failure, 7, 890);
    }

    @Test
    void aRequestIsReadAsItWasWritten() throws Exception {
        assertThat(SetupRequest.parse(REQUEST.toJson())).isEqualTo(REQUEST);
        assertThat(new String(REQUEST.toJson(), UTF_8))
                .startsWith("{\"ssid\":\"AP8i\",\"passphrase\":")
                .contains("\"server\":{\"host\":\"tanks.example.com\",\"apiPort\":8443,");
    }

    @Test
    void theLongestRequestFitsItsBounds() throws Exception {
        SetupRequest longest =
                new SetupRequest(
                        Ssid.of(new byte[32]),
                        new WifiPassphrase("\"".repeat(63)),
                        new SetupTicket("a".repeat(4096 - 8) + ".b.c.d.e"),
                        new ServerPlace(
                                "h".repeat(253),
                                OptionalInt.of(65_535),
                                65_535,
                                65_535,
                                "a".repeat(64)));
        assertThat(longest.toJson()).hasSizeLessThanOrEqualTo(SetupPaths.REQUEST_BYTES_MAX);
        assertThat(SetupRequest.parse(longest.toJson())).isEqualTo(longest);
    }

    @Test
    void aRequestTellsNoSecretToALog() {
        assertThat(REQUEST.toString()).contains("tanks.example.com").doesNotContain("hush", "eyJ");
    }

    @ParameterizedTest
    @EnumSource
    void aReportIsReadAsItWasWrittenInEveryState(SetupState state) throws Exception {
        Optional<SetupFailure> failure =
                state == SetupState.FAILED
                        ? Optional.of(SetupFailure.NO_INTERNET)
                        : Optional.empty();
        DeviceReport report = report(state, failure);
        assertThat(DeviceReport.parse(report.toJson())).isEqualTo(report);
    }

    @ParameterizedTest
    @EnumSource
    void aReportIsReadAsItWasWrittenWithEveryFailure(SetupFailure failure) throws Exception {
        DeviceReport report = report(SetupState.FAILED, Optional.of(failure));
        assertThat(DeviceReport.parse(report.toJson())).isEqualTo(report);
        assertThat(new String(report.toJson(), UTF_8))
                .contains("\"failure\":\"" + failure.code() + "\"");
    }

    @Test
    void aFailureBelongsToTheStateFailed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> report(SetupState.FAILED, Optional.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> report(SetupState.DONE, Optional.of(SetupFailure.SERVER_REFUSED)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"waiting\"|\"dreaming\"",
                "\"waiting\"|\"failed\"",
                "\"waiting\"|1",
                "\"waiting\"|\"waiting\",\"failure\":\"bored\"",
                "\"waiting\"|\"waiting\",\"more\":1",
                "7|-1",
                "7|7.5",
                "7|70000000000",
                "Fish tank|Fish\\ntank",
                "tank-1|tank 1"
            })
    void aReportIsRefusedForWhatNoDeviceSays(String change) {
        String[] parts = change.split("\\|", -1);
        String good = new String(report(SetupState.WAITING, Optional.empty()).toJson(), UTF_8);
        String bad = good.replace(parts[0], parts[1]);
        assertThat(bad).isNotEqualTo(good);
        assertThatThrownBy(() -> DeviceReport.parse(bad.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void networksAreOfferedOnceEachAndTheBestHeardFirst() throws Exception {
        WifiNetwork near = new WifiNetwork(Ssid.ofText("Meer"), 90, WifiSecurity.WPA2);
        WifiNetwork far = new WifiNetwork(Ssid.ofText("Meer"), 20, WifiSecurity.WPA2);
        WifiNetwork other = new WifiNetwork(Ssid.of(new byte[] {7}), 50, WifiSecurity.OPEN);
        OfferedNetworks offered = new OfferedNetworks(List.of(far, other, near));
        assertThat(offered.networks()).containsExactly(near, other);
        assertThat(OfferedNetworks.parse(offered.toJson())).isEqualTo(offered);
        assertThat(new String(offered.toJson(), UTF_8))
                .contains(
                        "\"ssid\":\"Bw\",\"name\":\"\\\\x07\",\"signal\":50,\"security\":\"open\"");
    }

    @Test
    void theLongestListOfNetworksFitsItsBounds() throws Exception {
        List<WifiNetwork> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] name = new byte[32];
            name[0] = (byte) i;
            many.add(new WifiNetwork(Ssid.of(name), 100, WifiSecurity.ENTERPRISE));
        }
        OfferedNetworks offered = new OfferedNetworks(many);
        assertThat(offered.networks()).hasSize(OfferedNetworks.NETWORKS_MAX);
        assertThat(offered.toJson()).hasSizeLessThanOrEqualTo(SetupPaths.REPLY_BYTES_MAX);
        assertThat(OfferedNetworks.parse(offered.toJson())).isEqualTo(offered);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"networks\":{}}",
                "{\"networks\":[1]}",
                "{\"networks\":[],\"more\":1}",
                "{\"networks\":[{\"ssid\":\"\",\"name\":\"\",\"signal\":1,\"security\":\"wpa2\"}]}",
                "{\"networks\":[{\"ssid\":\"Bw\",\"name\":\"\",\"signal\":101,\"security\":\"wpa2\"}]}",
                "{\"networks\":[{\"ssid\":\"Bw\",\"name\":\"\",\"signal\":1,\"security\":\"wpa9\"}]}"
            })
    void aListOfNetworksIsRefusedForWhatNoDeviceHears(String json) {
        assertThatThrownBy(() -> OfferedNetworks.parse(json.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a.b.c.d",
                "a.b.c.d.e.f",
                ".b.c.d.e",
                "a.b.c.d.",
                "a.b.c.d.e=",
                "a b.c.d.e.f"
            })
    void aTicketHasFiveParts(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SetupTicket(text));
    }

    @Test
    void aTicketMayLackItsEncryptedKeyAndNothingElse() {
        assertThat(new SetupTicket("a..c.d.e").text()).isEqualTo("a..c.d.e");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SetupTicket("a".repeat(4096 - 7) + ".b.c.d.e"));
    }

    @Test
    void aServerIsReadAsItWasWrittenWithAndWithoutItsApi() throws Exception {
        assertThat(ServerPlace.parse(SERVER.toJson())).isEqualTo(SERVER);
        ServerPlace mute = new ServerPlace("::1", OptionalInt.empty(), 1, 65_535, "0".repeat(64));
        assertThat(ServerPlace.parse(mute.toJson())).isEqualTo(mute);
    }

    @Test
    void aRefusalForgesNoLine() throws Exception {
        DeviceRefusal refusal = new DeviceRefusal("no\r\n\u001b[31m" + "x".repeat(300));
        assertThat(refusal.text()).hasSize(DeviceRefusal.CHARS_MAX).startsWith("no [31m");
        assertThat(DeviceRefusal.parse(refusal.toJson())).isEqualTo(refusal);
    }
}
