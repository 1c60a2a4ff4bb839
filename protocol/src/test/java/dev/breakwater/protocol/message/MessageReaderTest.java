/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class MessageReaderTest {

    private static final Instant TEN = Instant.parse("2026-11-22T10:00:00Z");

    private final MessageReader device = MessageReader.forDevices();
    private final MessageReader server = MessageReader.forServer();

    @Test
    void readsCommandAsItWasWritten() throws Exception {
        Command feed = new Command("feed", object("{\"portions\":2}"), TEN);
        assertThat(new String(feed.toJson(), UTF_8))
                .isEqualTo(
                        "{\"name\":\"feed\",\"expiresAt\":\"2026-11-22T10:00:00Z\","
                                + "\"arguments\":{\"portions\":2}}");
        assertThat(device.command(feed.toJson())).isEqualTo(feed);
    }

    @Test
    void deviceIgnoresMembersThatServerRefuses() throws Exception {
        byte[] payload =
                bytes(
                        "{\"name\":\"feed\",\"arguments\":{},\"urgent\":true,"
                                + "\"expiresAt\":\"2026-11-22T10:00:00Z\"}");
        assertThat(device.command(payload).name()).isEqualTo("feed");
        assertThatThrownBy(() -> server.command(payload))
                .isInstanceOf(MalformedMessage.class)
                .hasMessage(
                        "a command may have the members arguments, expiresAt, name and no other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"feed\"",
                "{",
                "{}",
                "{\"name\":\"feed\",\"arguments\":{},\"expiresAt\":\"2026-11-22T10:00:00Z\"} {}",
                "{\"name\":\"a\",\"name\":\"b\",\"arguments\":{},\"expiresAt\":\"2026-11-22T10:00:00Z\"}",
                "{\"name\":\"Feed\",\"arguments\":{},\"expiresAt\":\"2026-11-22T10:00:00Z\"}",
                "{\"name\":\"feed\",\"arguments\":[],\"expiresAt\":\"2026-11-22T10:00:00Z\"}",
                "{\"name\":\"feed\",\"arguments\":null,\"expiresAt\":\"2026-11-22T10:00:00Z\"}",
                "{\"name\":\"feed\",\"arguments\":{},\"expiresAt\":\"2026-11-22T10:00:00+01:00\"}",
                "{\"name\":\"feed\",\"arguments\":{},\"expiresAt\":\"2026-13-22T10:00:00Z\"}",
                "{\"name\":\"feed\",\"arguments\":{},\"expiresAt\":1700000000}",
                "{\"name\":\"feed\",\"arguments\":{\"n\":NaN},\"expiresAt\":\"2026-11-22T10:00:00Z\"}",
                "{\"name\":\"feed\",\"arguments\":{\"n\":1e999},\"expiresAt\":\"2026-11-22T10:00:00Z\"}",
                "{\"name\":\"feed\",\"arguments\":{\"n\":\"\\u0000\"},\"expiresAt\":\"2026-11-22T10:00:00Z\"}",
                "{\"name\":\"feed\",\"arguments\":{\"\\ud800\":1},\"expiresAt\":\"2026-11-22T10:00:00Z\"}"
            })
    void refusesMalformedCommand(String payload) {
        assertThatThrownBy(() -> device.command(bytes(payload)))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void refusesOtherEncodingsThanUtf8() {
        assertThatThrownBy(() -> device.statePatch("{\"a\":1}".getBytes(UTF_16BE)))
                .isInstanceOf(MalformedMessage.class);
        // C0 AF is an overlong "/", the classic way past a filter that looks at bytes.
        byte[] overlong = HexFormat.of().parseHex("7b2261223a22c0af227d");
        assertThatThrownBy(() -> device.statePatch(overlong))
                .isInstanceOf(MalformedMessage.class)
                .hasMessage("a state patch must be UTF-8");
    }

    @Test
    void refusesNestingBeyondItsLimit() throws Exception {
        assertThat(device.statePatch(bytes(nested(30)))).isNotNull();
        assertThatThrownBy(() -> device.statePatch(bytes(nested(40))))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("32 levels");
        assertThatThrownBy(() -> device.statePatch(bytes("[".repeat(30_000))))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void refusalDoesNotQuoteThePayload() {
        assertThatThrownBy(() -> server.telemetry(bytes("{\"wifi\": hunter2-canary }")))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageNotContaining("canary")
                .hasNoCause();
    }

    @Test
    void readsRepliesAsTheyWereWritten() throws Exception {
        for (CommandReply reply :
                new CommandReply[] {
                    new CommandReply.Succeeded(object("{\"portions\":2}")),
                    new CommandReply.Succeeded(object("{}")),
                    new CommandReply.Failed("the feeder is empty")
                }) {
            assertThat(server.commandReply(reply.toJson())).isEqualTo(reply);
        }
        assertThat(new String(new CommandReply.Succeeded(object("{}")).toJson(), UTF_8))
                .isEqualTo("{\"status\":\"succeeded\"}");
    }

    @Test
    void refusesReplyThatBothSucceededAndFailed() {
        assertThatThrownBy(
                        () ->
                                server.commandReply(
                                        bytes("{\"status\":\"succeeded\",\"error\":\"no\"}")))
                .isInstanceOf(MalformedMessage.class);
        assertThatThrownBy(() -> server.commandReply(bytes("{\"status\":\"perhaps\"}")))
                .isInstanceOf(MalformedMessage.class)
                .hasMessage("a reply's status must be succeeded or failed");
    }

    @Test
    void refusesErrorTextOverOneKibibyte() throws Exception {
        assertThat(new CommandReply.Failed("x".repeat(1024)).error()).hasSize(1024);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CommandReply.Failed("x".repeat(1025)))
                .withMessageContaining("1024");
        assertThatThrownBy(
                        () ->
                                server.commandReply(
                                        bytes(
                                                "{\"status\":\"failed\",\"error\":\""
                                                        + "é".repeat(513)
                                                        + "\"}")))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void refusesPayloadsOneByteOverTheirLimit() throws Exception {
        assertThat(server.statePatch(padded(StatePatch.BYTES_MAX))).isNotNull();
        assertThatThrownBy(() -> server.statePatch(padded(StatePatch.BYTES_MAX + 1)))
                .isInstanceOf(MalformedMessage.class)
                .hasMessage("a state patch must be at most 32768 bytes, not 32769");
        assertThat(server.telemetry(padded(Telemetry.BYTES_MAX))).isNotNull();
        assertThatThrownBy(() -> server.telemetry(padded(Telemetry.BYTES_MAX + 1)))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void readsDesiredStateAsItWasWritten() throws Exception {
        DesiredState desired = new DesiredState(7, object("{\"light\":{\"on\":true}}"));
        assertThat(device.desiredState(desired.toJson())).isEqualTo(desired);
        assertThatThrownBy(() -> device.desiredState(bytes("{\"version\":1.5,\"state\":{}}")))
                .isInstanceOf(MalformedMessage.class);
        assertThatThrownBy(() -> device.desiredState(bytes("{\"version\":0,\"state\":{}}")))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void readsNoticeAsItWasWritten() throws Exception {
        Notice notice = new Notice("quota-near", "You sent 90 % of today's messages.", TEN);
        assertThat(device.notice(notice.toJson())).isEqualTo(notice);
        assertThatThrownBy(
                        () ->
                                device.notice(
                                        bytes(
                                                "{\"kind\":\"<script>\",\"text\":\"\","
                                                        + "\"at\":\"2026-11-22T10:00:00Z\"}")))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void readsEventAsItWasWritten() throws Exception {
        DeviceEvent fed = new DeviceEvent("fed", object("{\"portions\":2}"));
        assertThat(server.event("fed", fed.toJson())).isEqualTo(fed);
        for (String type : new String[] {"", "Fed", "a/b", "+", "#"}) {
            assertThatThrownBy(() -> server.event(type, fed.toJson()))
                    .as(type)
                    .isInstanceOf(MalformedMessage.class);
        }
    }

    @Test
    void readsTelemetryInBothForms() throws Exception {
        Telemetry telemetry = new Telemetry(object("{\"temperatureCelsius\":24.5,\"n\":[1,2]}"));
        assertThat(server.telemetry(telemetry.toJson())).isEqualTo(telemetry);
        assertThat(server.telemetry(telemetry.toCbor())).isEqualTo(telemetry);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a1", // A map of one pair, without the pair.
                "a0a0", // Two maps.
                "a1616101616102", // One pair and a rest.
                "a2616101616102", // The key "a" twice.
                "a16161f97e00", // {"a": NaN}
                "a16161f97c00", // {"a": Infinity}
                "a161ff01", // A key that is not UTF-8.
                "bf6161", // A map without end.
                "d9d9f780" // "This is CBOR", and then an array.
            })
    void refusesMalformedCbor(String hex) {
        assertThatThrownBy(() -> server.telemetry(HexFormat.of().parseHex(hex)))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void takesNoKeyForTheOneItResembles() throws Exception {
        server.telemetry(HexFormat.of().parseHex("a1616101")); // {"a": 1}

        assertThatThrownBy(() -> server.telemetry(HexFormat.of().parseHex("a162ff6101")))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void recordsDoNotShareTheirTreesWithTheirMakers() {
        ObjectNode arguments = object("{\"portions\":1}");
        Command command = new Command("feed", arguments, TEN);
        arguments.put("portions", 3);
        command.arguments().put("portions", 4);
        assertThat(command.arguments().get("portions").intValue()).isEqualTo(1);
    }

    private static byte[] padded(int length) {
        String start = "{\"a\":\"";
        return bytes(start + "x".repeat(length - start.length() - 2) + "\"}");
    }

    private static String nested(int levels) {
        return "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
    }

    static ObjectNode object(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
