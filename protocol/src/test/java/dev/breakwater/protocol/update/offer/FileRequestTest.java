/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.message.MalformedMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileRequestTest {

    private static final String HASH = "0123456789abcdef".repeat(4);

    private static final FileRequest REQUEST =
            new FileRequest(7, new UpdateFile.Metadata("timestamp.json"), 0, 65_536);

    @Test
    void requestsHaveTheFormOfTheContract() throws Exception {
        assertThat(new String(REQUEST.toJson(), UTF_8))
                .isEqualTo(
                        "{\"request\":7,\"file\":\"metadata/timestamp.json\",\"offset\":0,"
                                + "\"length\":65536}");
        assertThat(FileRequest.parse(REQUEST.toJson())).isEqualTo(REQUEST);
        FileRequest artifact =
                new FileRequest(
                        Integer.MAX_VALUE, new UpdateFile.Artifact(HASH), (1L << 53) - 1, 1);
        assertThat(FileRequest.parse(artifact.toJson())).isEqualTo(artifact);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "timestamp.json",
                "metadata/",
                "metadata/timestamp",
                "metadata/../secret.json",
                "metadata/a/b.json",
                "metadata/.json",
                "metadata/%2e.json",
                "metadata/a%.json",
                "metadata//timestamp.json",
                "artifacts/",
                "artifacts/0123",
                "/etc/passwd",
                ""
            })
    void refusesFilesThatNobodyHas(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> UpdateFile.of(name));
    }

    @Test
    void knowsFilesByTheirNames() {
        assertThat(UpdateFile.of("metadata/12.some%20role.json"))
                .isEqualTo(new UpdateFile.Metadata("12.some%20role.json"));
        assertThat(UpdateFile.of("artifacts/" + HASH)).isEqualTo(new UpdateFile.Artifact(HASH));
        assertThat(UpdatePaths.metadata("3.root.json")).isEqualTo("/updates/metadata/3.root.json");
        assertThat(UpdatePaths.artifact(HASH)).isEqualTo("/updates/artifacts/" + HASH);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UpdatePaths.metadata("a".repeat(268) + ".json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"request\":-1,\"file\":\"metadata/a.json\",\"offset\":0,\"length\":1}",
                "{\"request\":2147483648,\"file\":\"metadata/a.json\",\"offset\":0,\"length\":1}",
                "{\"request\":1,\"file\":\"metadata/a.json\",\"offset\":-1,\"length\":1}",
                "{\"request\":1,\"file\":\"metadata/a.json\",\"offset\":9007199254740992,\"length\":1}",
                "{\"request\":1,\"file\":\"metadata/a.json\",\"offset\":0,\"length\":0}",
                "{\"request\":1,\"file\":\"metadata/a.json\",\"offset\":0,\"length\":65537}",
                "{\"request\":1,\"file\":\"metadata/../a.json\",\"offset\":0,\"length\":1}",
                "{\"request\":1,\"file\":\"metadata/a.json\",\"offset\":0,\"length\":1,\"product\":\"x\"}",
                "{\"request\":1,\"file\":\"metadata/a.json\",\"offset\":0}"
            })
    void refusesRequestsOutsideTheLimits(String request) {
        assertThatThrownBy(() -> FileRequest.parse(request.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessage.class);
    }
}
