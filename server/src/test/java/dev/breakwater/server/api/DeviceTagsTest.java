/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.Release;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tags as operators set them, and as nobody else does. */
class DeviceTagsTest {

    @TempDir Path directory;
    private ApiServer server;
    private ApiClient maker;
    private DeviceId device;
    private String path;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer(directory);
        maker = server.administrator("Reef & Sons");
        device = server.device(maker, "A-0");
        server.device(maker, "A-1");
        path = "/devices/" + device;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void setsTagsOverTheVersionThatWasReadAndShowsThem() {
        Answer before = maker.get(path).has(200);
        assertThat(tags(before.json())).isEmpty();
        Answer set = set("[\"site=berlin\",\"beta\"]", before.header("ETag")).has(200);
        assertThat(tags(set.json())).containsExactly("beta", "site=berlin");
        assertThat(set.header("ETag")).isNotEqualTo(before.header("ETag"));

        assertThat(set("[]", before.header("ETag")).has(412).problem())
                .isEqualTo("version-mismatch");
        assertThat(maker.put(path + "/tags", "{\"tags\":[]}").has(428).problem())
                .isEqualTo("precondition-needed");
        Answer shown = maker.get(path).has(200);
        assertThat(tags(shown.json())).containsExactly("beta", "site=berlin");
        assertThat(shown.header("ETag")).isEqualTo(set.header("ETag"));
        assertThat(maker.get("/audit-entries").has(200).body())
                .contains("device.tags-changed", "\"added\":\"beta site=berlin\"");
        assertThat(set("[]", "*").has(200).json().path("tags")).isEmpty();
    }

    @Test
    void findsDevicesByTagTogetherWithTheOtherFilters() {
        set("[\"beta\"]", "*").has(200);
        change("[\"A-0\",\"A-1\"]", "\"add\":[\"site=kiel\"]").has(200);

        assertThat(serials("?tag=beta")).containsExactly("A-0");
        assertThat(serials("?tag=site%3Dkiel")).containsExactly("A-0", "A-1");
        assertThat(serials("?tag=site=kiel&status=suspended")).isEmpty();
        assertThat(serials("?tag=beta&serial=A-0")).containsExactly("A-0");
        assertThat(serials("?tag=beta&serial=A-1")).isEmpty();
        assertThat(maker.get("/devices?tag=Beta").has(400).problem())
                .isEqualTo("parameter-refused");
        Answer page = maker.get("/device-tags?limit=1").has(200);
        assertThat(page.text("/items/0/tag")).isEqualTo("beta");
        assertThat(page.json().at("/items/0/devices").asInt()).isEqualTo(1);
        Answer next = maker.get("/device-tags?cursor=" + page.text("/nextCursor")).has(200);
        assertThat(next.text("/items/0/tag")).isEqualTo("site=kiel");
        assertThat(next.json().at("/items/0/devices").asInt()).isEqualTo(2);
    }

    @Test
    void tagsManyDevicesAtOnce() {
        Answer first = change("[\"A-0\",\"A-1\"]", "\"add\":[\"ring1\"]").has(200);
        assertThat(first.json().path("changed").asInt()).isEqualTo(2);
        set("[\"ring2\"]", "*").has(200);
        Answer second =
                change("[\"A-0\",\"A-1\"]", "\"add\":[\"ring2\"],\"remove\":[\"ring1\"]").has(200);
        assertThat(second.json().path("devices").asInt()).isEqualTo(2);
        assertThat(second.json().path("changed").asInt()).isEqualTo(1);
        assertThat(serials("?tag=ring2")).containsExactly("A-0", "A-1");
        assertThat(serials("?tag=ring1")).isEmpty();
    }

    /** The last ones look like "beta": with a Cyrillic letter, in full width, with a joiner. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "be ta",
                "Beta",
                "site=",
                "site=a=b",
                "a,b",
                "beta\\n",
                "b\u0435ta",
                "\uff42eta",
                "be\u200dta"
            })
    void refusesATagThatIsWrittenOtherwise(String tag) {
        Answer answer = set("[\"beta\",\"" + tag + "\"]", "*").has(422);
        assertThat(answer.problem()).isEqualTo("body-refused");
        assertThat(answer.text("/errors/0/pointer")).isEqualTo("/tags/1");
        change("[\"A-0\"]", "\"add\":[\"" + tag + "\"]").has(422);
        change("[\"A-0\"]", "\"remove\":[\"" + tag + "\"]").has(422);
        assertThat(tags(maker.get(path).json())).isEmpty();
    }

    @Test
    void refusesBodiesThatAreNoneAndTellsWhere() {
        set("[\"beta\",\"beta\"]", "*").has(422);
        set("[7]", "*").has(422);
        set("\"beta\"", "*").has(422);
        set("[\"" + "a".repeat(65) + "\"]", "*").has(422);
        assertThat(set("[\"" + "a".repeat(300_000) + "\"]", "*").status()).isEqualTo(413);
        set(numbered("t", 33), "*").has(422);
        change("[]", "\"add\":[\"beta\"]").has(422);
        change("[\"A-0\",\"A-0\"]", "\"add\":[\"beta\"]").has(422);
        change(numbered("B-", 1_001), "\"add\":[\"beta\"]").has(422);
        change("[\"A-0\"]", "\"add\":[]").has(422);
        assertThat(maker.post("/device-tag-changes", "{\"serials\":[\"A-0\"]}").has(422).body())
                .contains("names no tag");
        assertThat(change("[\"A-0\"]", "\"add\":[\"beta\"],\"remove\":[\"beta\"]").has(422).body())
                .contains("to be added as well: beta");
        assertThat(tags(maker.get(path).json())).isEmpty();
    }

    @Test
    void saysWhichLimitStandsAgainstIt() {
        Answer answer = set(numbered("t", 17), "*").has(409);
        assertThat(answer.problem()).isEqualTo("limit-reached");
        assertThat(answer.body()).contains("a device has at most 16 tags; A-0 would have more");
        set(numbered("t", 16), "*").has(200);
    }

    @Test
    void showsAForeignDeviceLikeOneThatDoesNotExist() throws Exception {
        ApiClient stranger = server.administrator("Stranger");
        server.device(stranger, "B-0");
        String add = "{\"serials\":[\"%s\"],\"add\":[\"mine\"]}";
        Answer foreign = stranger.post("/device-tag-changes", add.formatted("A-0")).has(409);
        Answer missing = stranger.post("/device-tag-changes", add.formatted("Z-0")).has(409);
        assertThat(foreign.body()).isEqualTo(missing.body().replace("Z-0", "A-0"));
        // One of theirs does not help.
        stranger.post("/device-tag-changes", add.formatted("B-0\",\"A-0")).has(409);
        assertThat(stranger.get("/device-tags").json().at("/items")).isEmpty();
        // Without If-Match, and with a body that cannot be: it is not there before all else.
        stranger.put(path + "/tags", "{\"tags\":[]}").has(404);
        assertThat(tags(maker.get(path).json())).isEmpty();
    }

    @Test
    void keepsTagsFromADevicesOwners() {
        change("[\"A-0\",\"A-1\"]", "\"add\":[\"complains\"]").has(200);
        String member = server.member(maker, "kim@reef.example", "device-owner");
        maker.post(path + "/owners", "{\"memberId\":\"" + member + "\"}").has(201);
        ApiClient kim = server.session("kim@reef.example");

        for (String read : List.of(path, "/devices", "/devices?serial=A-0")) {
            assertThat(kim.get(read).has(200).body())
                    .contains("A-0")
                    .doesNotContain("complains", "tags");
        }
        for (String tag : List.of("complains", "praises")) {
            assertThat(kim.get("/devices?tag=" + tag).has(200).json().at("/items")).isEmpty();
            assertThat(kim.get("/devices?serial=A-0&tag=" + tag).has(200).json().at("/items"))
                    .isEmpty();
        }
        kim.get("/device-tags").has(403);
        kim.put(path + "/tags", "{\"tags\":[]}", "If-Match: *").has(403);
        kim.post("/device-tag-changes", "{\"serials\":[\"A-0\"],\"remove\":[\"complains\"]}")
                .has(403);
        assertThat(tags(maker.get(path).json())).containsExactly("complains");
    }

    @Test
    void letsSupportSeeTagsAndNotSetThem() {
        set("[\"beta\"]", "*").has(200);
        ApiClient support = maker.role("support");
        assertThat(tags(support.get(path).json())).containsExactly("beta");
        support.put(path + "/tags", "{\"tags\":[]}", "If-Match: *").has(403);
        support.post("/device-tag-changes", "{\"serials\":[\"A-0\"],\"add\":[\"x\"]}").has(403);
    }

    @Test
    void hasNoTagsOfARevokedDevice() {
        set("[\"beta\"]", "*").has(200);
        Answer revoked = maker.post(path + "/revocation", "{\"reason\":\"lost\"}").has(200);
        assertThat(revoked.json().path("tags")).isEmpty();
        assertThat(set("[\"beta\"]", "*").has(409).body()).contains("revoked");
        assertThat(maker.get("/device-tags").json().at("/items")).isEmpty();
    }

    @Test
    void previewsAndProposesRolloutsForThoseThatAreTagged() {
        set("[\"beta\"]", "*").has(200);
        Answer preview = rollout("rollout-previews", "{\"tags\":{\"all\":[\"beta\"]}}").has(200);
        assertThat(preview.json().path("devices").asInt()).isEqualTo(1);
        assertThat(preview.text("/serials/0")).isEqualTo("A-0");
        assertThat(preview.json().path("excluded")).isEmpty();
        Answer others =
                rollout("rollout-previews", "{\"tags\":{\"all\":[\"site=kiel\"]}}").has(200);
        assertThat(others.json().path("devices").asInt()).isZero();
        assertThat(others.text("/excluded/0/reason")).isEqualTo("not-tagged");
        assertThat(others.text("/excluded/0/text")).isEqualTo("it is not tagged site=kiel");
        assertThat(others.text("/excluded/0/serials/0")).isEqualTo("A-0");
        Answer proposed =
                rollout("rollouts", "{\"tags\":{\"any\":[\"beta\",\"x\"]},\"percent\":100}")
                        .has(201);
        assertThat(maker.get("/rollouts/" + proposed.ok("id") + "/devices").json().at("/items"))
                .hasSize(1);
        assertThat(maker.get("/rollouts/" + proposed.ok("id")).json().at("/target"))
                .hasToString("{\"tags\":{\"any\":[\"beta\",\"x\"]},\"percent\":100}");
        assertThat(maker.get("/rollouts").json().at("/items/0").has("target")).isFalse();
        assertThat(rollout("rollouts", "{\"tags\":{\"all\":[\"nobody\"]}}").has(409).body())
                .contains("would reach no device");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"tags\":{}}",
                "{\"tags\":[\"beta\"]}",
                "{\"tags\":{\"all\":[]}}",
                "{\"tags\":{\"none\":[\"beta\"]}}",
                "{\"tags\":{\"all\":[\"Beta\"]}}",
                "{\"tags\":{\"all\":[\"beta\",\"beta\"]}}",
                "{\"tags\":{\"any\":[\"b\u0435ta\"]}}"
            })
    void refusesATargetThatNamesNoTags(String target) {
        assertThat(rollout("rollout-previews", target).has(422).problem())
                .isEqualTo("body-refused");
    }

    private Answer rollout(String what, String target) {
        String product = maker.get(path).text("/product");
        Release release =
                server.released.publish(
                        OrganizationId.parse(maker.organization()),
                        ProductId.parse(product),
                        "1.1",
                        2,
                        false);
        return maker.post(
                "/products/" + product + "/" + what,
                "{\"releaseId\":\"%s\",\"target\":%s}".formatted(release.id(), target));
    }

    private Answer set(String tags, String version) {
        return maker.put(path + "/tags", "{\"tags\":" + tags + "}", "If-Match: " + version);
    }

    private Answer change(String serials, String what) {
        return maker.post("/device-tag-changes", "{\"serials\":" + serials + "," + what + "}");
    }

    private List<String> serials(String query) {
        return maker.get("/devices" + query)
                .has(200)
                .json()
                .path("items")
                .valueStream()
                .map(item -> item.path("serial").asString())
                .toList();
    }

    private static List<String> tags(JsonNode device) {
        assertThat(device.has("tags")).isTrue();
        return device.path("tags").valueStream().map(JsonNode::asString).toList();
    }

    private static String numbered(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"" + prefix + i + "\"")
                .collect(Collectors.joining(",", "[", "]"));
    }
}
