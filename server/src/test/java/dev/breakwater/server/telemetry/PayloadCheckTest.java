/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.MessageRefused;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadCheckTest {

    private final PayloadCheck check = new PayloadCheck(Limits.defaults());

    /** Shown as JSON, each would become an object that no device has sent. */
    @ParameterizedTest
    @ValueSource(strings = {"A16161E0", "A16161EE", "A16161F3", "A161619FEBF5FF", "A16161F820"})
    void refusesSimpleValuesOfCborThatMeanNothing(String payload) {
        assertThatThrownBy(() -> check.require(HexFormat.of().parseHex(payload)))
                .isInstanceOf(MessageRefused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " {\"a\":[1,-2.5e3,true,null,\"x\",{\"b\":{}}]}\n",
                "{\"emoji\":\"\\ud83d\\udc20\",\"raw\":\"🐠\"}",
                "{\"a\":{\"a\":1}}",
                "{\"a\":[0e999,1E+00300,1e-999]}"
            })
    void takesStrictJson(String payload) {
        assertThat(check.require(payload.getBytes(UTF_8))).isEqualTo(PayloadForm.JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"a\"",
                "{\"a\":1",
                "[]",
                "\"a\"",
                "1",
                "null",
                "{}{}",
                "{} {}",
                "{}x",
                "{\"a\":1,\"a\":1}",
                "{\"b\":{\"a\":1,\"\\u0061\":1}}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":1e999}",
                "{\"a\":0e1000}",
                "{\"a\":1E-1000}",
                "{\"a\":0e402536408545430716199}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{'a':1}",
                "{a:1}",
                "{\"a\":1,}",
                "{/**/}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"\\udc00\\ud800\"}",
                "{\"\\ud800\":1}",
                "{\"a\":\"\\u0000\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "\uFEFF{}"
            })
    void refusesWhatIsNoStrictJsonObject(String payload) {
        assertThatThrownBy(() -> check.require(payload.getBytes(UTF_8)))
                .isInstanceOf(MessageRefused.class)
                .hasMessageStartingWith("the payload is refused: ");
    }

    @Test
    void refusesOtherEncodingsThanUtf8() {
        byte[] overlongSlash = {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'};
        byte[] encodedSurrogate = {
            '{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', ':', '1', '}'
        };

        for (byte[] payload :
                new byte[][] {"{\"a\":1}".getBytes(UTF_16LE), overlongSlash, encodedSurrogate}) {
            assertThatThrownBy(() -> check.require(payload)).isInstanceOf(MessageRefused.class);
        }
    }

    @Test
    void takesTheDeepestAndRefusesOneLevelMore() {
        assertThat(check.require(nested(32))).isEqualTo(PayloadForm.JSON);
        assertThatThrownBy(() -> check.require(nested(33))).isInstanceOf(MessageRefused.class);
        assertThatThrownBy(() -> check.require(nested(20_000))).isInstanceOf(MessageRefused.class);
    }

    @Test
    void takesTheLargestAndRefusesOneByteMore() {
        PayloadCheck small =
                new PayloadCheck(Limits.with(Map.of(Limit.TELEMETRY_PAYLOAD_BYTES, 128)));
        String frame = "{\"a\":\"%s\"}";

        assertThat(small.require(frame.formatted("x".repeat(120)).getBytes(UTF_8)))
                .isEqualTo(PayloadForm.JSON);
        assertThatThrownBy(() -> small.require(frame.formatted("x".repeat(121)).getBytes(UTF_8)))
                .hasMessageContaining("129 bytes, more than 128");
    }

    @Test
    void refusesNumbersOfMoreThan64Digits() {
        assertThat(check.require(("{\"a\":" + "9".repeat(64) + "}").getBytes(UTF_8)))
                .isEqualTo(PayloadForm.JSON);
        assertThatThrownBy(() -> check.require(("{\"a\":" + "9".repeat(65) + "}").getBytes(UTF_8)))
                .isInstanceOf(MessageRefused.class);
    }

    /** The bytes are explained as in RFC 8949 appendix A. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "A0                 | {}", // the empty map
                "BF FF              | {}", // the empty map of indefinite length
                "A1 61 61 01        | {\"a\":1}", // {"a": 1}
                "A1 41 61 01        | {\"a\":1}", // {h'61': 1}
                "A1 61 61 F9 3E 00  | {\"a\":1.5}", // half-precision 1.5
                "A1 61 61 82 01 F6  | {\"a\":[1,null]}",
                "A1 61 61 42 01 02  | {\"a\":\"AQI=\"}", // a byte string
                "D9 D9 F7 A1 61 61 01 | {\"a\":1}" // behind the tag "this is CBOR"
            })
    void takesACborMap(String bytes, String json) {
        byte[] payload = hex(bytes);

        assertThat(check.require(payload)).isEqualTo(PayloadForm.CBOR);
        assertThat(
                        new Reading(1, Instant.EPOCH, Optional.empty(), PayloadForm.CBOR, payload)
                                .json())
                .isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A1", // a pair is announced, nothing follows
                "A1 61", // a text of one byte, none follows
                "A1 61 61", // a name without a value
                "BF 61 61 01", // indefinite length without its end
                "A1 61 61 5A FF FF FF FF", // a byte string of 4 GiB is announced
                "A1 61 61 9A FF FF FF FF", // an array of 4 G elements is announced
                "BB FF FF FF FF FF FF FF FF", // a map of 2^64-1 pairs is announced
                "A2 61 61 01 61 61 02", // "a" twice
                "A0 A0", // something follows
                "A1 42 61 FF 01", // a byte string that is not UTF-8 for a name
                "A1 61 61 F9 7E 00", // NaN
                "A1 61 61 F9 7C 00", // Infinity
                "A1 61 61 C4 82 1A 7F FF FF FF 00", // the decimal fraction 0e2147483647
                "A1 61 61 C4 82 39 03 E8 01", // the decimal fraction 1e-1001
                "A2 61 61 01 62 C1 A1 02", // "a" twice, the second time as overlong UTF-8
                "A1 61 61 61 80", // a byte that begins no character
                "A1 61 61 63 ED A0 80", // half a surrogate pair
                "A1 61 61 61 00", // U+0000
                "A1 61 61 1C", // a reserved length
                "D9 D9 F7 01", // "this is CBOR", and then no map
                // References to strings, of which a few bytes can stand for gigabytes: {"aaa":
                // "aaa"}
                // in a namespace of references, the same behind "this is CBOR", and as a value.
                "D9 01 00 A1 63 61 61 61 D8 19 00",
                "D9 D9 F7 D9 01 00 A1 63 61 61 61 D8 19 00",
                "D9 01 00 D9 D9 F7 A1 63 61 61 61 D8 19 00",
                "A1 61 61 D9 01 00 82 63 61 61 61 D8 19 00",
                "A1 61 61 D8 19 00" // a reference without a namespace
            })
    void refusesWhatIsNoStrictCborMap(String bytes) {
        assertThatThrownBy(() -> check.require(hex(bytes))).isInstanceOf(MessageRefused.class);
    }

    /** FF and "a" look like "a" to a table of names that knows "a" already. */
    @Test
    void doesNotTakeANameForTheOneItResembles() {
        assertThat(check.require(hex("A1 61 61 01"))).isEqualTo(PayloadForm.CBOR);

        assertThatThrownBy(() -> check.require(hex("A1 62 FF 61 01")))
                .isInstanceOf(MessageRefused.class);
    }

    /**
     * C2 is the tag of a bignum, 59 03 E8 a byte string of 1,000 bytes: a number of 2,408 digits.
     */
    @Test
    void refusesACborNumberOfMoreThan64Digits() {
        String payload = "A1 61 61 C2 59 03 E8" + " FF".repeat(1_000);

        assertThatThrownBy(() -> check.require(hex(payload))).isInstanceOf(MessageRefused.class);
    }

    /** Not a byte of it means anything to the server beyond version and suite. */
    @Test
    void takesASealedPayloadAsItIsAndShowsItAsBase64() {
        byte[] payload = sealed(66);

        assertThat(check.require(payload)).isEqualTo(PayloadForm.SEALED);
        assertThat(
                        new Reading(1, Instant.EPOCH, Optional.empty(), PayloadForm.SEALED, payload)
                                .json())
                .isEqualTo(
                        "{\"sealed\":\"%s\"}"
                                .formatted(Base64.getEncoder().encodeToString(payload)));
        int longest = Limits.defaults().of(Limit.TELEMETRY_PAYLOAD_BYTES);
        assertThat(check.require(sealed(longest))).isEqualTo(PayloadForm.SEALED);
    }

    @Test
    void refusesWhatOnlyBeginsLikeASealedPayload() {
        assertThatThrownBy(() -> check.require(sealed(65)))
                .isInstanceOfSatisfying(
                        MessageRefused.class,
                        refused -> assertThat(refused.why()).contains("cut short"));
        byte[] otherSuite = sealed(66);
        otherSuite[1] = 2;
        assertThatThrownBy(() -> check.require(otherSuite))
                .isInstanceOfSatisfying(
                        MessageRefused.class,
                        refused -> assertThat(refused.why()).contains("suite"));
        int tooLong = Limits.defaults().of(Limit.TELEMETRY_PAYLOAD_BYTES) + 1;
        assertThatThrownBy(() -> check.require(sealed(tooLong))).isInstanceOf(MessageRefused.class);
    }

    private static byte[] sealed(int length) {
        byte[] payload = new byte[length];
        payload[0] = 0x1D;
        payload[1] = 1;
        return payload;
    }

    @Test
    void survivesAnyBytesAndShowsWhatItTook() {
        long seed = new Random().nextLong();
        System.out.println("PayloadCheckTest seed " + seed);
        Random random = new Random(seed);
        byte[][] starts = {
            "{\"a\":[1,2.5,{\"b\":\"\\u0041\"}]}".getBytes(UTF_8),
            hex("BF 61 61 82 01 F9 3E 00 61 62 C4 82 21 19 6A B3 61 63 C2 42 01 00 FF")
        };
        for (int round = 0; round < 50_000; round++) {
            byte[] payload = starts[round % starts.length].clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                payload[random.nextInt(payload.length)] = (byte) random.nextInt(256);
            }
            try {
                PayloadForm form = check.require(payload);
                Reading taken = new Reading(1, Instant.EPOCH, Optional.empty(), form, payload);
                check.require(taken.json().getBytes(UTF_8));
            } catch (MessageRefused refused) {
                assertThat(refused.why()).isNotBlank();
            } catch (RuntimeException defect) {
                throw new AssertionError(
                        "seed " + seed + ": " + HexFormat.of().formatHex(payload), defect);
            }
        }
    }

    private static byte[] nested(int levels) {
        return ("{\"a\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1)).getBytes(UTF_8);
    }

    private static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes.replace(" ", ""));
    }
}
