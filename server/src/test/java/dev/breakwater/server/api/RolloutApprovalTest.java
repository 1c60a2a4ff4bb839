/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.api.ApiClient.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may stand for a rollout where two persons are asked for, and who tries, over real TLS. */
class RolloutApprovalTest {

    private ApiServer server;
    private ApiClient maker;
    private ApiClient author;
    private String rollout = "";

    @BeforeEach
    void isProposed(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        maker = server.administrator("Reef & Sons");
        DeviceId _ = server.device(maker, "TANK-1");
        server.member(maker, "author@reef.example", "operator");
        author = server.session("author@reef.example");
        String product = maker.get("/products").has(200).text("/items/0/id");
        maker.put(
                        "/products/" + product + "/risk-profile",
                        "{\"riskProfile\":\"critical\"}",
                        "If-Match: *")
                .has(200);
        rollout = RolloutScenes.begun(server, author, product);
        assertThat(state()).isEqualTo("proposed");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String state() {
        return maker.get("/rollouts/" + rollout).has(200).text("/state");
    }

    private Answer approves(ApiClient who) {
        return who.post("/rollouts/" + rollout + "/approval", "");
    }

    @Test
    void isNotTheOneWhoProposedItNorAToken() {
        assertThat(approves(author).has(409).text("/detail")).contains("whoever proposed it");
        assertThat(approves(maker).has(409).text("/detail")).contains("a token cannot");
        assertThat(state()).isEqualTo("proposed");
        server.member(maker, "second@reef.example", "operator");
        ApiClient second = server.session("second@reef.example");

        assertThat(approves(second).has(200).text("/state")).isEqualTo("running");

        // Once is enough, and it is over.
        approves(second).has(409);
        approves(author).has(409);
        assertThat(state()).isEqualTo("running");
    }

    @Test
    void isNobodyWhoMayOnlyLookNorAnOwnerOfADevice() {
        server.member(maker, "looks@reef.example", "support");
        server.member(maker, "pat@reef.example", "device-owner");

        for (String email : new String[] {"looks@reef.example", "pat@reef.example"}) {
            Answer answer = approves(server.with(server.logIn(email).ok("accessToken")));
            assertThat(answer.has(403).problem()).as(email).isEqualTo("permission-missing");
        }
        assertThat(approves(server.administrator("Other Reef")).has(404).problem())
                .isEqualTo("not-found");

        assertThat(state()).isEqualTo("proposed");
    }

    @Test
    void isNobodyOnceItWasAborted() {
        server.member(maker, "second@reef.example", "operator");
        ApiClient second = server.session("second@reef.example");
        maker.post("/rollouts/" + rollout + "/abortion", "{\"reason\":\"wrong build\"}").has(200);

        assertThat(approves(second).has(409).text("/detail")).contains("aborted");
        second.post("/rollouts/" + rollout + "/resumption", "").has(409);

        assertThat(state()).isEqualTo("aborted");
    }
}
