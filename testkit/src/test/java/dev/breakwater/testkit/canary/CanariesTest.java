/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.canary;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CanariesTest {

    private final Canaries canaries = new Canaries();
    private final byte[] secret = canaries.plant("wifi password");

    @TempDir Path directory;

    @Test
    void findsASecretInEveryForm() throws IOException {
        String text = new String(secret, UTF_8);
        write("raw", "psk=" + text + ";");
        write("hex", "x" + HexFormat.of().formatHex(secret));
        write("HEX", HexFormat.of().withUpperCase().formatHex(secret) + "0");
        for (String before : new String[] {"", "a", "ab"}) {
            byte[] around = (before + text + "zzz").getBytes(UTF_8);
            write("64" + before, Base64.getEncoder().encodeToString(around));
            write("64u" + before, Base64.getUrlEncoder().encodeToString(around));
        }
        write("backwards", new StringBuilder(text).reverse().toString());
        Files.write(directory.resolve("utf16le"), text.getBytes(UTF_16LE));
        Files.write(directory.resolve("utf16be"), text.getBytes(UTF_16BE));
        assertThat(canaries.search(directory)).hasSize(12);
        assertThat(canaries.search(directory).stream().map(Canaries.Found::form).distinct())
                .containsExactlyInAnyOrder("raw", "hex", "base64", "reversed", "UTF-16");
    }

    @Test
    void findsPrivateKeysThatNobodyPlanted() throws IOException {
        write("pem", "-----BEGIN EC PRIVATE KEY-----");
        assertThat(canaries.search(directory))
                .extracting(Canaries.Found::what)
                .containsExactly("a private key in PEM");
    }

    @Test
    void findsNothingInNoise() throws IOException {
        Files.write(directory.resolve("noise"), dev.breakwater.protocol.SecureBytes.fresh(1 << 20));
        assertThat(canaries.search(directory)).isEmpty();
        assertThat(canaries.size()).isEqualTo(1);
    }

    @Test
    void refusesWhatChanceWouldFind() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> canaries.lookFor("short", new byte[7]));
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }
}
