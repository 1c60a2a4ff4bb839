/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.organization.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an upload to a published release over HTTPS, and what is refused on the way. */
class ReleaseLifeTest {

    private static final String ARTIFACT = "firmware 1.1 of a tank";

    private ApiServer server;
    private ApiClient token;
    private ReleaseScenes people;

    @BeforeEach
    void begin(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        token = server.administrator("Reef & Sons");
        String product = token.post("/products", "{\"name\":\"Tank\"}").ok("id");
        people = new ReleaseScenes(token, product, server.clock.instant());
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void takesAnArtifactInPartsAndGoesOnWhereItWas() {
        String upload = people.begin("tank.zip", ARTIFACT).has(201).text("/id");
        Answer first = people.part(upload, 0, ARTIFACT.substring(0, 8)).has(200);
        assertThat(first.json().at("/received").longValue()).isEqualTo(8);
        assertThat(people.complete(upload).has(409).body()).contains("begins at 8");
        assertThat(people.part(upload, 0, "again").has(409).body()).contains("begins at 8");
        assertThat(people.part(upload, 8, ARTIFACT).has(409).body()).contains("announced");
        // Whoever has lost the id begins again and is led to the same upload.
        Answer again = people.begin("tank.zip", ARTIFACT).has(201);
        assertThat(again.text("/id")).isEqualTo(upload);
        assertThat(again.json().at("/received").longValue()).isEqualTo(8);
        people.part(upload, 8, ARTIFACT.substring(8)).has(200);
        Answer vetted = people.complete(upload).has(200);
        assertThat(vetted.text("/verdict")).isEqualTo("clean");
        assertThat(people.complete(upload).has(200).body()).isEqualTo(vetted.body());
        assertThat(token.get("/artifact-uploads/" + upload).text("/artifact/id"))
                .isEqualTo(vetted.text("/id"));
    }

    @Test
    void refusesBytesWithAnotherHashAndKeepsNothingOfThem() {
        String upload = people.begin("tank.zip", ARTIFACT).has(201).text("/id");
        people.part(upload, 0, "x".repeat(ARTIFACT.length())).has(200);
        assertThat(people.complete(upload).has(422).problem()).isEqualTo("artifact-altered");
        assertThat(refusals("artifact-altered")).isEqualTo(1);
        assertThat(token.get("/artifact-uploads/" + upload).json().at("/received").longValue())
                .isZero();
        people.part(upload, 0, ARTIFACT).has(200);
        people.complete(upload).has(200);
    }

    @Test
    void takesPartsThatAreLargerThanOtherBodiesAndNoLargerThanTheirLimit() {
        int usual = ApiServer.LIMITS.of(Limit.API_REQUEST_BYTES);
        int most = ApiServer.LIMITS.of(Limit.ARTIFACT_PART_BYTES);
        String large = "0123456789abcdef".repeat(most / 16 + 1);
        String upload = people.begin("large.img", large).has(201).text("/id");
        assertThat(people.part(upload, 0, large).status()).isEqualTo(413);
        assertThat(most).isGreaterThan(usual);
        people.part(upload, 0, large.substring(0, usual + 1)).has(200);
    }

    @Test
    void publishesOnlyWhoSawTheTargetsThatAreCurrent() {
        people.handInRoot(1).has(200);
        String repository = people.repository("");
        String seen = token.get(repository).has(200).header("ETag");
        people.handInTargets(1, Map.of()).has(200);
        byte[] next =
                people.signers().signed(people.signers().targets(2, people.expires(), Map.of()));
        String body = new String(next, StandardCharsets.UTF_8);
        String targets = people.repository("/targets");
        token.send("PUT", targets, ReleaseScenes.BYTES, body).has(428);
        token.send("PUT", targets, ReleaseScenes.BYTES, body, "If-Match: " + seen).has(412);
        String now = token.get(repository).header("ETag");
        Answer taken =
                token.send("PUT", targets, ReleaseScenes.BYTES, body, "If-Match: " + now).has(200);
        assertThat(taken.json().at("/targets/version").longValue()).isEqualTo(2);
        assertThat(token.get(people.repository("/files/2.targets.json")).has(200).body())
                .isEqualTo(body);
    }

    @Test
    void rotatesTheOnlineKeyWithRootAndTargetsInOneRequest() {
        people.handInTogether(1, 1, Map.of()).has(200);
        people.nameNextOnlineKey();
        byte[] root = people.signers().signed(people.signers().root(2, people.expires()));
        byte[] targets =
                people.signers().signed(people.signers().targets(2, people.expires(), Map.of()));
        String both =
                new String(root, StandardCharsets.UTF_8)
                        + new String(targets, StandardCharsets.UTF_8);
        String place = people.repository("/roots/2/with-targets/");
        String bytes = ReleaseScenes.BYTES;
        token.send("PUT", place + root.length, bytes, both).has(428);
        token.send("PUT", place + root.length, bytes, both, "If-Match: \"7\"").has(412);
        for (int middle : new int[] {1, root.length - 1, root.length + 1, 524_288}) {
            assertThat(token.send("PUT", place + middle, bytes, both, "If-Match: *").has(422))
                    .extracting(Answer::problem)
                    .isEqualTo("metadata-refused");
        }
        String seen = token.get(people.repository("")).has(200).header("ETag");
        Answer taken =
                token.send("PUT", place + root.length, bytes, both, "If-Match: " + seen).has(200);
        assertThat(taken.json().at("/root/version").longValue()).isEqualTo(2);
        assertThat(taken.json().at("/timestamp/version").longValue()).isEqualTo(2);
        assertThat(taken.json().at("/onlineKeys")).hasSize(1);
        assertThat(taken.text("/onlineKeys/0/state")).isEqualTo("in-force");
        // Without an answer it is sent again, with what was seen before.
        token.send("PUT", place + root.length, bytes, both, "If-Match: " + seen).has(200);
    }

    @Test
    void makesAKeyOnlyForWhoeverAsksForOne() {
        String fresh = "/products/" + token.post("/products", "{\"name\":\"New\"}").ok("id");
        String repository = fresh + "/update-repository";
        assertThat(token.get(repository).has(200).json().at("/onlineKeys")).isEmpty();
        String made = token.post(repository + "/online-keys").has(201).text("/keyId");
        assertThat(token.post(repository + "/online-keys").has(200).text("/keyId")).isEqualTo(made);
        assertThat(token.get(repository).text("/onlineKeys/0/state")).isEqualTo("prepared");
        assertThat(token.post(repository + "/online-keys?unused=replace").has(201).text("/keyId"))
                .isNotEqualTo(made);
        assertThat(token.get(repository).json().at("/onlineKeys")).hasSize(1);
    }

    @Test
    void recordsAForgedFileAsAnAttempt() {
        people.handInRoot(1).has(200);
        Answer refused = people.handIn("/targets", new byte[] {'{', '}'}).has(422);
        assertThat(refused.problem()).isEqualTo("metadata-refused");
        assertThat(refusals("update-metadata-refused")).isEqualTo(1);
        server.settle();
        AuditEntry entry =
                server.audit
                        .entries(OrganizationId.parse(token.organization()), Long.MAX_VALUE, 1)
                        .getFirst();
        assertThat(entry.action()).isEqualTo("api.refused");
        assertThat(entry.details()).containsEntry("fault", "malformed");
    }

    @Test
    void takesTheSameRootAgainAndNoOtherInItsPlace() {
        byte[] root = people.signers().signed(people.signers().root(1, people.expires()));
        people.handIn("/roots/1", root).has(200);
        people.handIn("/roots/1", root).has(200);
        byte[] other =
                people.signers()
                        .signed(people.signers().root(1, people.expires().minusSeconds(60)));
        assertThat(people.handIn("/roots/1", other).has(422).body()).contains("must be version 2");
    }

    @Test
    void blocksASecretUntilAMemberAnswersForItAndOnlyForItsTime() {
        people.handInRoot(1).has(200);
        String artifact = people.vetted("tank.zip", ReleaseScenes.SECRET).text("/id");
        String findings = "/artifacts/" + artifact + "/findings";
        Answer found = token.get(findings).has(200);
        assertThat(found.body()).doesNotContain("MC4CAQAwBQYDK2VwBCIE");
        assertThat(found.text("/items/0/kind")).isEqualTo("secret");
        var release = Map.of("1.1/tank.zip", people.target("1.1", 2, ReleaseScenes.SECRET));
        assertThat(people.handInTargets(1, release).has(422).body()).contains("blocked by");
        String waiver = findings + "/" + found.text("/items/0/fingerprint") + "/waiver";
        var now = server.clock.instant();
        // A token is nobody who answers for anything, and a member has to be who they say.
        ReleaseScenes.waive(token, waiver, now).has(409);
        server.member(token, "kim@reef.example", "administrator");
        ApiClient early = server.with(server.logIn("kim@reef.example").ok("accessToken"));
        assertThat(ReleaseScenes.waive(early, waiver, now).has(403).problem())
                .isEqualTo("step-up-needed");
        ApiClient kim = server.session("kim@reef.example");
        kim.post(waiver, "{\"reason\":\"  short   \",\"expires\":\"2099-01-01T00:00:00Z\"}")
                .has(422);
        assertThat(ReleaseScenes.waive(kim, waiver, now).has(200).text("/verdict"))
                .isEqualTo("clean");
        server.clock.advance(Duration.ofDays(31));
        assertThat(people.handInTargets(1, release).has(422).body()).contains("blocked by");
        server.member(token, "lee@reef.example", "owner");
        ApiClient lee = server.session("lee@reef.example");
        ReleaseScenes.waive(lee, waiver, server.clock.instant()).has(200);
        people.handInTargets(1, release).has(200);
        token.delete(waiver).has(204);
        token.delete(waiver).has(404);
    }

    private double refusals(String reason) {
        return server.meters.get("breakwater.refusals").tag("reason", reason).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
