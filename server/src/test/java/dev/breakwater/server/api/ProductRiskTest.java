/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.api.ApiClient.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProductRiskTest {

    private ApiServer server;
    private ApiClient administrator;
    private String product;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        administrator = server.administrator("Reef & Sons");
        server.device(administrator, "A-1");
        product = "/products/" + administrator.get("/products").text("/items/0/id");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void makesProductsOfTheStandardProfileUnlessToldOtherwise() {
        Answer plain = administrator.post("/products", "{\"name\":\"Plain\"}").has(201);
        assertThat(plain.text("/riskProfile")).isEqualTo("standard");
        Answer heater =
                administrator
                        .post("/products", "{\"name\":\"Heater\",\"riskProfile\":\"critical\"}")
                        .has(201);
        assertThat(heater.text("/riskProfile")).isEqualTo("critical");
        administrator.post("/products", "{\"name\":\"X\",\"riskProfile\":\"none\"}").has(422);
    }

    @Test
    void showsWhatAProfileAsksForAndWhatIsOnlyRecorded() {
        Answer standard = administrator.get(product + "/risk-profile").has(200);
        assertThat(standard.text("/riskProfile")).isEqualTo("standard");
        assertThat(standard.text("/terms/lowestAssurance")).isEqualTo("software-key");
        assertThat(standard.json().at("/terms/certificateLifeSeconds").asLong())
                .isEqualTo(30 * 86_400);
        assertThat(standard.json().at("/terms/tokensPermitted").asBoolean()).isFalse();
        assertThat(standard.text("/terms/updateApproval")).isEqualTo("owner");
        assertThat(standard.json().at("/terms/recordedOnly").toString()).isEqualTo("[]");
        assertThat(standard.json().has("candidate")).isFalse();
    }

    @Test
    void saysHowManyDevicesAProfileWouldExcludeAndChangesNothing() {
        Answer asked = administrator.get(product + "/risk-profile?candidate=critical").has(200);
        assertThat(asked.text("/riskProfile")).isEqualTo("standard");
        assertThat(asked.text("/candidate/riskProfile")).isEqualTo("critical");
        assertThat(asked.json().at("/candidate/terms/certificateLifeSeconds").asLong())
                .isEqualTo(7 * 86_400);
        assertThat(asked.json().at("/candidate/devicesExcluded").asInt()).isEqualTo(1);
        assertThat(
                        administrator
                                .get(product + "/risk-profile?candidate=low")
                                .json()
                                .at("/candidate/devicesExcluded")
                                .asInt())
                .isZero();
        administrator.get(product + "/risk-profile?candidate=none").has(400);
        assertThat(administrator.get(product).text("/riskProfile")).isEqualTo("standard");
    }

    @Test
    void changesTheProfileIfNobodyElseChangedTheProductBefore() {
        String tag = administrator.get(product + "/risk-profile").header("ETag");
        replace("critical").has(428);
        Answer replaced = replace("critical", "If-Match: " + tag).has(200);
        assertThat(replaced.text("/terms/lowestAssurance")).isEqualTo("hardware-key");
        assertThat(replaced.header("ETag")).isNotEqualTo(tag);
        replace("low", "If-Match: " + tag).has(412);
        assertThat(administrator.get(product).text("/riskProfile")).isEqualTo("critical");

        Answer entries = administrator.get("/audit-entries").has(200);
        assertThat(entries.text("/items/0/action")).isEqualTo("product.risk-profile-changed");
        assertThat(entries.json().at("/items/0/details/risk-profile").asString(""))
                .isEqualTo("critical");
    }

    @Test
    void makesNoEnrollmentCodeThatStatesLessThanTheProductAsksFor() {
        replace("critical", "If-Match: *").has(200);
        String id = product.substring("/products/".length());
        Answer refused = code(id, "").has(422);
        assertThat(refused.text("/errors/0/pointer")).isEqualTo("/assurance");
        assertThat(refused.text("/errors/0/detail")).contains("hardware-key");
        code(id, ",\"assurance\":\"attested\"").has(422);

        Answer made = code(id, ",\"assurance\":\"hardware-key\"").has(201);
        assertThat(made.text("/enrollmentCode/assurance")).isEqualTo("hardware-key");
    }

    @Test
    void showsTheAssuranceOfEachCertificate() {
        String device = administrator.get("/devices").text("/items/0/id");
        assertThat(
                        administrator
                                .get("/devices/" + device + "/certificates")
                                .text("/items/0/assurance"))
                .isEqualTo("software-key");
    }

    @Test
    void advisesWithoutLeavingATrace() {
        String before = administrator.get("/audit-entries").text("/items/0/sequence");
        Answer advice =
                administrator
                        .post(
                                "/products/advice",
                                """
                                {"consequences":["physical-harm"],"attackersReachDevice":true,\
                                "fleetSize":1000,"battery":true,"connectsPerDay":100,\
                                "partsBudgetCents":10}""")
                        .has(200);
        assertThat(advice.text("/proposed")).isEqualTo("critical");
        assertThat(advice.text("/rules/0/id")).isEqualTo("harm");
        assertThat(advice.json().path("options")).hasSize(4);
        assertThat(advice.json().at("/options/2/proposed").asBoolean()).isTrue();
        assertThat(advice.json().at("/options/2/cost/partsCentsHighest").asInt()).isEqualTo(300);
        assertThat(advice.json().path("notes")).hasSize(2);
        assertThat(advice.text("/figures/0/source")).contains("docs/benchmarks.md");
        assertThat(administrator.get("/audit-entries").text("/items/0/sequence")).isEqualTo(before);
    }

    @Test
    void refusesQuestionsItHasNoAnswerTo() {
        advise("\"consequences\":[\"boredom\"],\"fleetSize\":1").has(422);
        advise("\"consequences\":[],\"fleetSize\":0").has(422);
        advise("\"consequences\":[]").has(422);
    }

    private Answer advise(String some) {
        return administrator.post(
                "/products/advice",
                "{%s,\"attackersReachDevice\":true,\"battery\":false,\"partsBudgetCents\":0}"
                        .formatted(some));
    }

    private Answer code(String id, String more) {
        return administrator.post(
                "/enrollment-codes",
                "{\"product\":\"%s\",\"serials\":[\"B-1\"]%s}".formatted(id, more));
    }

    private Answer replace(String profile, String... headers) {
        return administrator.send(
                "PUT",
                product + "/risk-profile",
                ApiClient.JSON,
                "{\"riskProfile\":\"%s\"}".formatted(profile),
                headers);
    }
}
