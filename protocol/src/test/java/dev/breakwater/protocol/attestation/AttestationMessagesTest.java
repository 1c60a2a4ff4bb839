/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.message.MalformedMessage;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttestationMessagesTest {

    private static final UUID ID = UUID.fromString("01937c6e-0000-7000-8000-00000000002a");

    private static final ChallengeRequest REQUEST =
            new ChallengeRequest(
                    Optional.of(bytes(0x30, 2, 5, 0)),
                    List.of(bytes(0x30, 1)),
                    bytes(0, 1, 0xFF),
                    bytes(0, 0x23));

    private static final Challenge CHALLENGE =
            new Challenge(
                    ID,
                    bytes(0, 1, 7),
                    bytes(0, 1, 8),
                    Marshalled.of(new byte[32]),
                    Instant.parse("2026-11-27T10:00:00Z"));

    private static final ChallengeAnswer ANSWER =
            new ChallengeAnswer(ID, bytes(1), bytes(2), bytes(0xFF, 0x54), bytes(0, 0x18));

    private static Marshalled bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return Marshalled.of(bytes);
    }

    private static Marshalled zeros(int count) {
        return Marshalled.of(new byte[count]);
    }

    @Test
    void messagesAreReadAsTheyWereWritten() throws Exception {
        assertThat(ChallengeRequest.parse(REQUEST.toJson())).isEqualTo(REQUEST);
        assertThat(Challenge.parse(CHALLENGE.toJson())).isEqualTo(CHALLENGE);
        assertThat(ChallengeAnswer.parse(ANSWER.toJson())).isEqualTo(ANSWER);
    }

    @Test
    void messagesHaveTheFormOfTheContract() {
        assertThat(new String(REQUEST.toJson(), UTF_8))
                .isEqualTo(
                        "{\"endorsementCertificate\":\"MAIFAA\",\"intermediates\":[\"MAE\"],"
                                + "\"endorsementPublic\":\"AAH_\",\"attestationPublic\":\"ACM\"}");
        assertThat(new String(CHALLENGE.toJson(), UTF_8))
                .isEqualTo(
                        "{\"id\":\"01937c6e-0000-7000-8000-00000000002a\","
                                + "\"credentialBlob\":\"AAEH\",\"encryptedSecret\":\"AAEI\","
                                + "\"nonce\":\""
                                + "A".repeat(43)
                                + "\",\"expiresAt\":\"2026-11-27T10:00:00Z\"}");
        assertThat(new String(ANSWER.toJson(), UTF_8))
                .isEqualTo(
                        "{\"id\":\"01937c6e-0000-7000-8000-00000000002a\","
                                + "\"activatedSecret\":\"AQ\",\"devicePublic\":\"Ag\","
                                + "\"certifyInfo\":\"_1Q\",\"signature\":\"ABg\"}");
    }

    @Test
    void aTpmWithoutCertificateAsksWithoutOne() throws Exception {
        ChallengeRequest bare =
                new ChallengeRequest(Optional.empty(), List.of(), bytes(1), bytes(2));
        assertThat(new String(bare.toJson(), UTF_8)).doesNotContain("endorsementCertificate");
        assertThat(ChallengeRequest.parse(bare.toJson())).isEqualTo(bare);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new ChallengeRequest(
                                        Optional.empty(), List.of(bytes(3)), bytes(1), bytes(2)));
    }

    @Test
    void theLongestMessagesFitTheirBounds() throws Exception {
        ChallengeRequest request =
                new ChallengeRequest(
                        Optional.of(zeros(4096)),
                        Collections.nCopies(3, zeros(4096)),
                        zeros(1024),
                        zeros(1024));
        assertThat(ChallengeRequest.parse(request.toJson())).isEqualTo(request);
        Challenge challenge =
                new Challenge(
                        ID,
                        zeros(256),
                        zeros(514),
                        zeros(32),
                        Instant.parse("9999-12-31T23:59:59.999999999Z"));
        assertThat(Challenge.parse(challenge.toJson())).isEqualTo(challenge);
        ChallengeAnswer answer =
                new ChallengeAnswer(ID, zeros(64), zeros(1024), zeros(1024), zeros(1024));
        assertThat(ChallengeAnswer.parse(answer.toJson())).isEqualTo(answer);
    }

    @Test
    void whatIsLongerThanItsLimitIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> zeros(4097));
        assertThatIllegalArgumentException().isThrownBy(() -> zeros(0));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new ChallengeRequest(
                                        Optional.of(zeros(1)),
                                        Collections.nCopies(4, zeros(1)),
                                        zeros(1),
                                        zeros(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new ChallengeRequest(
                                        Optional.empty(), List.of(), zeros(1025), zeros(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Challenge(ID, zeros(257), zeros(1), zeros(32), Instant.EPOCH));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Challenge(ID, zeros(1), zeros(515), zeros(32), Instant.EPOCH));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Challenge(ID, zeros(1), zeros(1), zeros(31), Instant.EPOCH));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Challenge(ID, zeros(1), zeros(1), zeros(32), Instant.MAX));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChallengeAnswer(ID, zeros(65), zeros(1), zeros(1), zeros(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new ChallengeAnswer(ID, zeros(1), zeros(1), zeros(1025), zeros(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"MAIFAA\"|\"MAIFAA==\"",
                "\"MAIFAA\"|\"MAIFAB\"",
                "\"MAIFAA\"|\"MAIFA\"",
                "\"MAIFAA\"|\"MA+FAA\"",
                "\"MAIFAA\"|\"\"",
                "\"MAIFAA\"|null",
                "[\"MAE\"]|\"MAE\"",
                "[\"MAE\"]|[48]",
                "[\"MAE\"]|[\"MAE\",\"MAE\",\"MAE\",\"MAE\"]",
                "\"attestationPublic\"|\"attestationKey\"",
                "\"ACM\"|\"ACM\",\"more\":1",
                "\"ACM\"|\"ACM\",\"attestationPublic\":\"ACM\"",
                "\"ACM\"}|\"ACM\"}{}"
            })
    void aRequestIsRefusedForAnotherForm(String change) {
        String bad = changed(REQUEST.toJson(), change);
        assertThatThrownBy(() -> ChallengeRequest.parse(bad.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2a\"|2A\"",
                "01937c6e-|1937c6e-",
                "\"expiresAt\":\"2026-11-27T10:00:00Z\"|\"expiresAt\":1764237600",
                "10:00:00Z|10:00:00+01:00",
                "\"credentialBlob\":\"AAEH\",|",
                "Z\"}|Z\",\"more\":1}"
            })
    void aChallengeIsRefusedForAnotherForm(String change) {
        String bad = changed(CHALLENGE.toJson(), change);
        assertThatThrownBy(() -> Challenge.parse(bad.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"id\":\"01937c6e|\"id\":\"",
                "\"signature\":\"ABg\"|\"signature\":{}",
                "\"devicePublic\":\"Ag\",|",
                "\"ABg\"}|\"ABg\",\"more\":1}"
            })
    void anAnswerIsRefusedForAnotherForm(String change) {
        String bad = changed(ANSWER.toJson(), change);
        assertThatThrownBy(() -> ChallengeAnswer.parse(bad.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void whatIsLongerThanItsBodyMayBeIsRefusedUnread() {
        byte[] tooLong = new byte[AttestationPaths.REQUEST_BYTES_MAX + 1];
        assertThatThrownBy(() -> ChallengeAnswer.parse(tooLong))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("at most 32768 bytes");
    }

    @Test
    void certificationsAreBoundToNonceAndSecret() {
        // printf '\0%.0s' {1..32} | cat - <(printf '\1') | sha256sum
        assertThat(HexFormat.of().formatHex(CHALLENGE.qualifyingData(bytes(1))))
                .isEqualTo("1fd4247443c9440cb3c48c28851937196bc156032d70a96c98e127ecb347e45f");
    }

    @Test
    void anAnswerTellsNoSecretToALog() {
        assertThat(ANSWER.toString()).contains("activatedSecret=1 bytes").doesNotContain("AQ");
    }

    private static String changed(byte[] good, String change) {
        String[] parts = change.split("\\|", -1);
        String text = new String(good, UTF_8);
        String bad = text.replace(parts[0], parts[1]);
        assertThat(bad).isNotEqualTo(text);
        return bad;
    }
}
