/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.testkit.pki.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlashImageTest {

    private static final String INNOCENT =
            """
            {"host":"tank.example","channelPort":8883,"serial":"TANK-0007",
             "keys":{"place":"pkcs11","library":"/usr/lib/softhsm/libsofthsm2.so","slot":0}}
            """;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN EC PRIVATE KEY-----",
                "ssid=Reef",
                "\"password\": \"hunter2\"",
                "psk = 12345678",
                "\"enrollmentCode\":\"x\"",
                "bwt_0123456789abcdef_00",
                "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ0YW5rIn0.c2lnbmF0dXJl"
            })
    void findsTheFormOfASecret(String text) throws Exception {
        Files.writeString(directory.resolve("file"), INNOCENT + text + INNOCENT);
        assertThat(FlashImage.of(directory).secrets()).hasSize(1);
    }

    @Test
    void findsAPrivateKeyInDer() throws Exception {
        Files.write(directory.resolve("pkcs8"), TestKeys.p256().getPrivate().getEncoded());
        byte[] sec1 = HexFormat.of().parseHex("30770201010420" + "00".repeat(32));
        Files.write(directory.resolve("sec1"), sec1);
        assertThat(FlashImage.of(directory).secrets())
                .extracting(FlashImage.Secret::file)
                .contains(directory.resolve("pkcs8"), directory.resolve("sec1"));
    }

    @Test
    void findsNothingInWhatIsInnocent() throws Exception {
        Files.writeString(directory.resolve("file"), INNOCENT.repeat(10));
        assertThat(FlashImage.of(directory).secrets()).isEmpty();
        assertThat(FlashImage.of(directory).noise()).isEmpty();
        assertThat(FlashImage.of(directory).files()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {48, 256, 300, 4_096})
    void tellsChanceFromText(int bytes) throws Exception {
        Path file = directory.resolve("file");
        Files.write(file, SecureBytes.fresh(bytes));
        assertThat(FlashImage.of(directory).noise())
                .anyMatch(one -> one.file().equals(file) && one.text().isEmpty());
        byte[] text = INNOCENT.repeat(30).getBytes(StandardCharsets.UTF_8);
        Files.write(file, java.util.Arrays.copyOf(text, bytes));
        assertThat(FlashImage.of(directory).noise()).isEmpty();
    }

    @Test
    void findsAKeyInTheMiddleOfText() throws Exception {
        Path file = directory.resolve("file");
        byte[] key = SecureBytes.fresh(32);
        for (String written :
                new String[] {
                    HexFormat.of().formatHex(key),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(key)
                }) {
            Files.writeString(file, INNOCENT + written + INNOCENT);
            assertThat(FlashImage.of(directory).noise())
                    .extracting(FlashImage.Noise::text)
                    .contains(written);
        }
    }
}
