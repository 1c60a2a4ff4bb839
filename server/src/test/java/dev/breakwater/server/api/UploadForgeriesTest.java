/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads of artifacts that are not what they say, or are sent by whom they do not belong to. */
class UploadForgeriesTest {

    private static final String ARTIFACT = "firmware that is sent in parts";

    private ApiServer server;
    private ApiClient token;
    private ReleaseScenes people;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        token = server.administrator("Reef & Sons");
        String product = token.post("/products", "{\"name\":\"Tank\"}").ok("id");
        people = new ReleaseScenes(token, product, server.clock.instant());
    }

    @AfterEach
    void end() {
        server.close();
    }

    private Answer announced(String artifact, long length) {
        return token.post(
                people.product("/artifact-uploads"),
                "{\"sha256\":\"%s\",\"length\":%d,\"name\":\"a.zip\"}"
                        .formatted(ReleaseScenes.sha256(artifact), length));
    }

    private long received(String upload) {
        return token.get("/artifact-uploads/" + upload).has(200).json().at("/received").longValue();
    }

    @Test
    void refusesAnArtifactOfNothing() {
        assertThat(announced("", 0).has(422).problem()).isEqualTo("body-refused");
        assertThat(announced("", -1).has(422).problem()).isEqualTo("body-refused");
        String upload = announced(ARTIFACT, ARTIFACT.length()).has(201).text("/id");
        assertThat(people.complete(upload).has(409).body()).contains("begins at 0");
        // A part of nothing brings it no further.
        people.part(upload, 0, "").has(200);
        assertThat(received(upload)).isZero();
    }

    @Test
    void refusesMoreThanThereIsRoomForBeforeAByteIsSent() {
        long tooMuch = 9_007_199_254_740_991L;
        assertThat(announced(ARTIFACT, tooMuch).has(409).problem()).isEqualTo("limit-reached");
    }

    /** Announced as longer than it is: its end never comes, and nothing is scanned or named. */
    @Test
    void neverCompletesWhatIsShorterThanAnnounced() {
        String upload = announced(ARTIFACT, ARTIFACT.length() + 1L).has(201).text("/id");
        people.part(upload, 0, ARTIFACT).has(200);
        assertThat(people.complete(upload).has(409).body())
                .contains("begins at " + ARTIFACT.length());
        assertThat(token.get(people.product("/artifacts")).json().at("/items")).isEmpty();
        // With one byte more it has the length, and not the hash.
        people.part(upload, ARTIFACT.length(), "!").has(200);
        assertThat(people.complete(upload).has(422).problem()).isEqualTo("artifact-altered");
        assertThat(token.get(people.product("/artifacts")).json().at("/items")).isEmpty();
    }

    @Test
    void takesNothingBehindTheEndThatWasAnnounced() {
        String upload = announced(ARTIFACT, 10).has(201).text("/id");
        assertThat(people.part(upload, 0, ARTIFACT).has(409).body()).contains("announced");
        assertThat(received(upload)).isZero();
        people.part(upload, 0, ARTIFACT.substring(0, 10)).has(200);
        assertThat(people.part(upload, 10, "x").has(409).body()).contains("announced");
        assertThat(people.complete(upload).has(422).problem()).isEqualTo("artifact-altered");
    }

    @Test
    void takesPartsInTheirOrderOnly() {
        String upload = announced(ARTIFACT, ARTIFACT.length()).has(201).text("/id");
        for (long offset : new long[] {1, 8, ARTIFACT.length(), 9_007_199_254_740_991L}) {
            assertThat(people.part(upload, offset, "x").has(409).body()).contains("begins at 0");
        }
        people.part(upload, 0, ARTIFACT.substring(0, 8)).has(200);
        for (long offset : new long[] {0, 7, 9}) {
            assertThat(people.part(upload, offset, "x").has(409).body()).contains("begins at 8");
        }
        people.part(upload, 8, ARTIFACT.substring(8)).has(200);
        people.complete(upload).has(200);
        // What is stored stays as it is.
        assertThat(people.part(upload, 0, "other bytes, at the beginning of it").has(409).body())
                .contains("begins at " + ARTIFACT.length());
    }

    /**
     * The bytes that are stored have a length already; another one is a lie about the same hash.
     */
    @Test
    void refusesAnotherLengthOfWhatIsStored() {
        people.vetted("a.zip", ARTIFACT);
        assertThat(announced(ARTIFACT, 1).has(409).body()).contains("has 30 bytes");
    }

    @Test
    void letsOthersOfTheOrganizationGoOnAndNobodyElse() {
        String upload = people.begin("a.zip", ARTIFACT).has(201).text("/id");
        people.part(upload, 0, ARTIFACT.substring(0, 8)).has(200);
        String next = "/artifact-uploads/" + upload + "/parts/8";
        String rest = ARTIFACT.substring(8);
        ApiClient auditor = token.role("auditor");
        auditor.send("PUT", next, ReleaseScenes.BYTES, rest).has(403);
        auditor.get("/artifact-uploads/" + upload).has(200);
        ApiClient stranger = server.administrator("Stranger");
        stranger.get("/artifact-uploads/" + upload).has(404);
        stranger.send("PUT", next, ReleaseScenes.BYTES, rest).has(404);
        stranger.post("/artifact-uploads/" + upload + "/completion").has(404);
        server.member(token, "kim@reef.example", "administrator");
        ApiClient kim = server.session("kim@reef.example");
        kim.send("PUT", next, ReleaseScenes.BYTES, rest).has(200);
        Answer vetted = kim.post("/artifact-uploads/" + upload + "/completion").has(200);
        assertThat(vetted.text("/verdict")).isEqualTo("clean");
        assertThat(people.complete(upload).has(200).body()).isEqualTo(vetted.body());
    }

    /** A stranger who knows the hash learns nothing of it, and gets no byte of it. */
    @Test
    void sharesNoBytesBetweenOrganizations() {
        people.vetted("a.zip", ARTIFACT);
        ApiClient stranger = server.administrator("Stranger");
        String product = stranger.post("/products", "{\"name\":\"Tank\"}").ok("id");
        ReleaseScenes others = new ReleaseScenes(stranger, product, server.clock.instant());
        Answer begun = others.begin("a.zip", ARTIFACT).has(201);
        assertThat(begun.json().at("/received").longValue()).isZero();
        assertThat(others.complete(begun.text("/id")).has(409).body()).contains("begins at 0");
    }

    /** And one that is cut off; what is in archives, others look at in every form. */
    @Test
    void blocksAnArchiveWhoseNamesLeadOut() {
        byte[] archive = NestedArchive.of("../../etc/shadow", "root:x:0:0");
        Answer vetted = people.vettedBytes("a.zip", archive);
        assertThat(vetted.text("/verdict")).isEqualTo("blocked");
        String findings = "/artifacts/" + vetted.text("/id") + "/findings";
        assertThat(token.get(findings).text("/items/0/rule")).isEqualTo("escapes");
        byte[] cut = Arrays.copyOf(archive, archive.length / 2);
        Answer half = people.vettedBytes("b.zip", cut);
        assertThat(half.text("/verdict")).isEqualTo("blocked");
        findings = "/artifacts/" + half.text("/id") + "/findings";
        assertThat(token.get(findings).text("/items/0/kind")).isEqualTo("gap");
    }
}
