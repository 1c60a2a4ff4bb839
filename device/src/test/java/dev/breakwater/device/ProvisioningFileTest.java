/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
                                ChannelKind.WEBSOCKET));
        assertThat(file.code().orElseThrow().text()).isEqualTo("canary-1234");
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
