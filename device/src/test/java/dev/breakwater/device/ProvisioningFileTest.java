/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvisioningFileTest {

    private static final String PIN = "ab".repeat(32);
    private static final String WHOLE =
            """
            {"host": "tanks.example.com", "channelPort": 18883, "enrollmentPort": 18884,
             "rootFingerprint": "%s", "serial": "tank-1",
             "enrollmentCode": "canary-1234", "channel": "websocket"}
            """
                    .formatted(PIN);

    private static final String TOKEN =
            "\"library\": \"/usr/lib/token.so\", \"slot\": 2, \"pinFile\": \"/etc/pin\"";

    @TempDir Path directory;
    private Path path;
    private ProvisioningFile file;

    @BeforeEach
    void setUp() throws IOException {
        path = directory.resolve("provisioning.json");
        file = new ProvisioningFile(path);
        Files.writeString(path, WHOLE);
    }

    @Test
    void readsAllMembers() throws IOException {
        assertThat(file.read())
                .isEqualTo(
                        new Provisioning(
                                "tanks.example.com",
                                18_883,
                                18_884,
                                new RootFingerprint(PIN),
                                new DeviceSerial("tank-1"),
                                ChannelKind.WEBSOCKET,
                                new KeyPlace.SealedFile(),
                                Set.of()));
        assertThat(file.code().orElseThrow().text()).isEqualTo("canary-1234");
    }

    @Test
    void readsWhichKeysToSealTo() throws IOException {
        String hash = "9e2afa15b453d872".repeat(4);
        Files.writeString(path, WHOLE.replaceFirst("\\{", "{\"envelopeKeys\":[\"" + hash + "\"],"));
        assertThat(file.read().envelopeKeys()).containsExactly(hash);
        for (String wrong : List.of("[]", "[\"9e2a\"]", "[1]", "\"" + hash + "\"")) {
            Files.writeString(path, WHOLE.replaceFirst("\\{", "{\"envelopeKeys\":" + wrong + ","));
            assertThatIOException().isThrownBy(file::read).withMessageContaining("envelopeKeys");
        }
    }

    @Test
    void hasTheStandardPortsAndTlsByDefault() throws IOException {
        Files.writeString(
                path,
                "{\"host\":\"127.0.0.1\",\"rootFingerprint\":\"%s\",\"serial\":\"tank-1\"}"
                        .formatted(PIN));
        assertThat(file.read().channelPort()).isEqualTo(8883);
        assertThat(file.read().enrollmentPort()).isEqualTo(8884);
        assertThat(file.read().channel()).isEqualTo(ChannelKind.TLS);
        assertThat(file.code()).isEmpty();
    }

    @Test
    void readsWhereTheKeysLive() throws IOException {
        Files.writeString(path, withKeys("\"pkcs11\", " + TOKEN));
        assertThat(file.read().keys())
                .isEqualTo(
                        new KeyPlace.Pkcs11Token(
                                Path.of("/usr/lib/token.so"), 2, Path.of("/etc/pin")));
        file.erase();
        assertThat(file.read().keys()).isInstanceOf(KeyPlace.Pkcs11Token.class);
        Files.writeString(path, withKeys("\"sealed-file\""));
        assertThat(file.read().keys()).isEqualTo(new KeyPlace.SealedFile());
        Files.writeString(path, withKeys("\"tpm\""));
        assertThat(file.read().keys()).isEqualTo(new KeyPlace.Tpm(Path.of("/dev/tpmrm0")));
        Files.writeString(path, withKeys("\"tpm\", \"device\": \"/dev/tpmrm1\""));
        assertThat(file.read().keys()).isEqualTo(new KeyPlace.Tpm(Path.of("/dev/tpmrm1")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/usr/lib/token.so | token.so          | is an absolute path without blank",
                "/usr/lib/token.so | /usr/lib/a b.so   | is an absolute path without blank",
                "/etc/pin          | pin               | a PIN file is an absolute path",
                "2                 | -1                | a slot is counted from 0, not -1",
                "2                 | true              | slot must be a number",
                "pinFile           | pin               | pin is not a member of keys",
                "pkcs11            | sealed-file       | sealed-file and nothing more, tpm with",
                "pkcs11            | tpm               | sealed-file and nothing more, tpm with",
                "pinFile           | device            | sealed-file and nothing more, tpm with",
                "\"library\": \"/usr/lib/token.so\", | '' | library must be there"
            })
    void saysWhatIsWrongWithTheKeysPlace(String find, String replacement, String expected)
            throws IOException {
        Files.writeString(path, withKeys("\"pkcs11\", " + TOKEN).replace(find, replacement));
        assertThatThrownBy(file::read)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(expected);
    }

    private static String withKeys(String place) {
        return WHOLE.replace(
                "\"serial\"", "\"keys\": {\"place\": %s}, \"serial\"".formatted(place));
    }

    @Test
    void erasesTheCodeFromTheFileAndFromWhereItStood() throws IOException {
        Provisioning before = file.read();
        // Held open, the old file can still be read after it was replaced.
        try (FileChannel old = FileChannel.open(path, StandardOpenOption.READ)) {
            file.erase();
            ByteBuffer content = ByteBuffer.allocate(WHOLE.length());
            old.read(content, 0);
            assertThat(new String(content.array(), UTF_8)).doesNotContain("canary");
        }
        assertThat(Files.readString(path)).doesNotContain("canary").doesNotContain("Code");
        assertThat(file.code()).isEmpty();
        assertThat(file.read()).isEqualTo(before);
        file.erase();
        assertThat(file.read()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tanks.example.com | a b           | a host is",
                "18883             | 0             | channelPort must be 1 to 65535, not 0",
                "18883             | \"18883\"     | channelPort must be a number",
                "\"tank-1\"        | \"tank 1\"    | a device serial is",
                "websocket         | mqtt          | channel must be tls or websocket",
                "serial            | seriel        | seriel is not a member",
                "\"host\":         | \"host\"      | is not JSON",
                "canary-1234       | x             | an enrollment code is"
            })
    void saysWhatIsWrongWithoutShowingTheCode(String find, String replacement, String expected)
            throws IOException {
        Files.writeString(path, WHOLE.replace(find, replacement));
        assertThatThrownBy(
                        () -> {
                            file.read();
                            file.code();
                        })
                .isInstanceOf(IOException.class)
                .hasMessageContaining(expected)
                .hasMessageNotContaining("canary");
    }
}
