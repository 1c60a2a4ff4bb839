/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An artifact as people and their programs download it, over HTTPS. */
class ArtifactContentTest {

    private static final String CONTENT = "firmware 1.1 of a tank";

    private Path directory;
    private ApiServer server;
    private ApiClient token;
    private String artifact;

    @BeforeEach
    void begin(@TempDir Path directory) throws Exception {
        this.directory = directory;
        server = new ApiServer(directory);
        token = server.administrator("Reef & Sons");
        String product = token.post("/products", "{\"name\":\"Tank\"}").ok("id");
        ReleaseScenes people = new ReleaseScenes(token, product, server.clock.instant());
        String upload = people.begin("tank.zip", CONTENT).has(201).text("/id");
        people.part(upload, 0, CONTENT).has(200);
        artifact = people.complete(upload).has(200).text("/id");
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void sendsAllOfItAsAFileAndNotAsAPage() {
        Answer whole = content().has(200);

        assertThat(whole.body()).isEqualTo(CONTENT);
        assertThat(whole.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(whole.header("Content-Disposition")).isEqualTo("attachment");
        assertThat(whole.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(whole.header("Content-Length")).isEqualTo("" + CONTENT.length());
        assertThat(whole.header("ETag")).matches("\"[0-9a-f]{64}\"");
        assertThat(whole.header("Cache-Control")).startsWith("private");
    }

    @Test
    void goesOnFromAnOffset() {
        Answer rest = content("Range: bytes=9-").has(206);

        assertThat(rest.body()).isEqualTo(CONTENT.substring(9));
        assertThat(rest.header("Content-Range")).isEqualTo("bytes 9-21/22");
        assertThat(content("Range: bytes=-4").has(206).body()).isEqualTo("tank");
        assertThat(content("Range: bytes=0-7").has(206).body()).isEqualTo("firmware");
    }

    /** Bytes of another artifact would be joined with those that are there. */
    @Test
    void beginsAnewForWhoHasSomethingElse() {
        String tag = content().header("ETag");

        content("Range: bytes=9-", "If-Range: " + tag).has(206);
        String other = "\"" + "0".repeat(64) + "\"";
        assertThat(content("Range: bytes=9-", "If-Range: " + other).has(200).body())
                .isEqualTo(CONTENT);
    }

    @Test
    void sendsNothingToWhoHasIt() {
        String tag = content().header("ETag");

        Answer same = content("If-None-Match: " + tag).has(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.header("Content-Length")).isEqualTo("" + CONTENT.length());
        String other = "\"" + "0".repeat(64) + "\"";
        assertThat(content("If-None-Match: " + other).has(200).body()).isEqualTo(CONTENT);
    }

    @Test
    void refusesARangeBehindTheEndAndOneOfNoForm() {
        Answer behind = content("Range: bytes=22-").has(416);

        assertThat(behind.problem()).isEqualTo("range-refused");
        assertThat(behind.header("Content-Range")).isEqualTo("bytes */22");
        assertThat(content("Range: bytes=0-1,3-4").has(400).problem()).isEqualTo("header-refused");
    }

    @Test
    void isNothingToSomebodyElsesOrganization() {
        ApiClient stranger = server.administrator("Other & Daughters");

        assertThat(stranger.get("/artifacts/" + artifact + "/content").has(404).body())
                .doesNotContain(CONTENT);
        stranger.get("/artifacts/" + artifact + "/content", "Range: bytes=99-").has(404);
    }

    /** Each gives its place back, or the fifth would be the last. */
    @Test
    void givesPlacesBack() {
        for (int i = 0; i < 40; i++) {
            content().has(200);
            content("Range: bytes=22-").has(416);
        }
    }

    @Test
    void saysSoWhenTheBytesAreGone() throws Exception {
        try (Stream<Path> files = Files.walk(directory.resolve("artifacts"))) {
            List<Path> stored = files.filter(Files::isRegularFile).toList();
            assertThat(stored).hasSize(1);
            Files.delete(stored.getFirst());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        assertThat(content().has(409).body()).contains("not stored any more");
    }

    private Answer content(String... headers) {
        return token.get("/artifacts/" + artifact + "/content", headers);
    }
}
