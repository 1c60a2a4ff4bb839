/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.identity.ProvenDevices;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.telemetry.NewReading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What operators do with the API, from the first product to the revoked device. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiLifeTest {

    private ApiServer server;
    private ApiClient administrator;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
    }

    @BeforeEach
    void makeOrganization() {
        administrator = server.administrator("Reef & Sons");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void makesAndListsProducts() {
        Answer made = administrator.post("/products", "{\"name\":\"Fish tank\"}").has(201);
        assertThat(made.header("Location")).isEqualTo("/api/v1/products/" + made.ok("id"));
        administrator.post("/products", "{\"name\":\"Fish tank\"}").has(409);
        administrator.post("/products", "{\"name\":\"Pump\"}").has(201);

        Answer first = administrator.get("/products?limit=1").has(200);
        assertThat(first.json().at("/items")).hasSize(1);
        Answer second =
                administrator.get("/products?limit=1&cursor=" + first.ok("nextCursor")).has(200);
        assertThat(second.text("/items/0/name")).isEqualTo("Pump");
        assertThat(second.json().has("nextCursor")).isFalse();
        assertThat(actions()).contains("product.created");
    }

    @Test
    void showsAnEnrollmentCodeOnceAndWithdrawsIt() {
        String product = administrator.post("/products", "{\"name\":\"Fish tank\"}").ok("id");
        Answer made =
                administrator
                        .post(
                                "/enrollment-codes",
                                "{\"product\":\"%s\",\"serials\":[\"A-1\",\"A-2\"],\"approvalNeeded\":true}"
                                        .formatted(product))
                        .has(201);
        String id = made.text("/enrollmentCode/id");
        assertThat(made.ok("secret")).startsWith("bwe_");
        Answer read = administrator.get("/enrollment-codes/" + id).has(200);
        assertThat(read.json().has("secret")).isFalse();
        assertThat(read.ok("state")).isEqualTo("open");
        Answer serials = administrator.get("/enrollment-codes/" + id + "/serials").has(200);
        assertThat(serials.json().at("/items")).hasSize(2);

        administrator.delete("/enrollment-codes/" + id).has(204);
        assertThat(administrator.get("/enrollment-codes/" + id).ok("state")).isEqualTo("withdrawn");
    }

    @Test
    void revokesADeviceForGood() throws Exception {
        DeviceId device = server.device(administrator, "A-1");
        Answer read = administrator.get("/devices/" + device).has(200);
        assertThat(read.ok("status")).isEqualTo("active");
        assertThat(read.json().at("/connected").asBoolean()).isFalse();
        Answer certificates = administrator.get("/devices/" + device + "/certificates").has(200);
        assertThat(certificates.text("/items/0/status")).isEqualTo("active");
        assertThat(certificates.json().has("nextCursor")).isFalse();

        Answer revoked =
                administrator.post("/devices/" + device + "/revocation", "{\"reason\":\"stolen\"}");
        assertThat(revoked.ok("status")).isEqualTo("revoked");
        assertThat(revoked.header("ETag")).isNotEqualTo(read.header("ETag"));
        Answer after = administrator.get("/devices/" + device + "/certificates");
        assertThat(after.text("/items/0/status")).isEqualTo("revoked");
        Answer back =
                administrator
                        .post("/devices/" + device + "/reinstatement", "{\"reason\":\"found\"}")
                        .has(409);
        assertThat(back.problem()).isEqualTo("not-possible-now");
        assertThat(actions()).contains("device.revoked");
    }

    @Test
    void goesOnBehindACertificateAndRefusesAForeignCursor() throws Exception {
        String certificates = "/devices/" + server.device(administrator, "A-1") + "/certificates";
        Answer behindTheFirst = administrator.get(certificates + "?cursor=" + cursor("1")).has(200);
        assertThat(behindTheFirst.json().at("/items")).isEmpty();
        Answer behindTheSecond = administrator.get(certificates + "?cursor=" + cursor("2"));
        assertThat(behindTheSecond.has(200).json().at("/items")).hasSize(1);
        Answer foreign = administrator.get(certificates + "?cursor=" + cursor("tank")).has(400);
        assertThat(foreign.text("/errors/0/parameter")).isEqualTo("cursor");
    }

    private static String cursor(String key) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void findsDevicesByFilter() throws Exception {
        DeviceId one = server.device(administrator, "A-1");
        DeviceId other = server.device(administrator, "A-2");
        administrator.post("/devices/" + other + "/suspension", "{\"reason\":\"leaks\"}").has(200);

        assertThat(ids(administrator.get("/devices"))).containsExactly(one + "", other + "");
        assertThat(ids(administrator.get("/devices?serial=A-1"))).containsExactly(one + "");
        assertThat(ids(administrator.get("/devices?status=suspended"))).containsExactly(other + "");
        assertThat(ids(administrator.get("/devices?serial=A-1&status=suspended"))).isEmpty();
        String product = administrator.get("/devices/" + one).ok("product");
        assertThat(ids(administrator.get("/devices?product=" + product))).containsExactly(one + "");
    }

    @Test
    void refusesAChangeOfAVersionThatWasNotRead() throws Exception {
        DeviceId device = server.device(administrator, "A-1");
        String read = administrator.get("/devices/" + device).header("ETag");
        String path = "/devices/" + device + "/suspension";
        administrator.post(path, "{\"reason\":\"leaks\"}", "If-Match: " + read).has(200);
        Answer late = administrator.post(path, "{\"reason\":\"leaks\"}", "If-Match: " + read);
        assertThat(late.has(412).problem()).isEqualTo("version-mismatch");
    }

    @Test
    void changesTheDesiredStateOfTheVersionThatWasRead() throws Exception {
        DeviceId device = server.device(administrator, "A-1");
        String state = "/devices/" + device + "/state";
        String read = administrator.get(state).has(200).header("ETag");
        Answer blind = administrator.patch(state + "/desired", "{\"light\":\"on\"}");
        assertThat(blind.has(428).problem()).isEqualTo("precondition-needed");

        Answer changed =
                administrator.patch(state + "/desired", "{\"light\":\"on\"}", "If-Match: " + read);
        assertThat(changed.has(200).text("/difference/light")).isEqualTo("on");
        Answer late =
                administrator.patch(state + "/desired", "{\"light\":\"off\"}", "If-Match: " + read);
        assertThat(late.has(412).problem()).isEqualTo("version-mismatch");
        administrator.patch(state + "/desired", "{\"light\":\"off\"}", "If-Match: *").has(200);
        assertThat(administrator.get(state).text("/desired/state/light")).isEqualTo("off");
    }

    @Test
    void queuesACommandAndCancelsIt() throws Exception {
        DeviceId device = server.device(administrator, "A-1");
        String commands = "/devices/" + device + "/commands";
        Answer sent =
                administrator
                        .post(commands, "{\"name\":\"feed\",\"arguments\":{\"portions\":2}}")
                        .has(201);
        String command = commands + "/" + sent.ok("id");
        assertThat(administrator.get(command + "?wait=0").ok("state")).isEqualTo("queued");
        assertThat(ids(administrator.get(commands))).containsExactly(sent.ok("id"));
        assertThat(administrator.post(command + "/cancellation").ok("state"))
                .isEqualTo("cancelled");
        administrator.post(command + "/cancellation").has(409);

        DeviceId other = server.device(administrator, "A-2");
        administrator.get("/devices/" + other + "/commands/" + sent.ok("id")).has(404);
    }

    @Test
    void listsNoTelemetryOfADeviceThatSentNone() throws Exception {
        DeviceId device = server.device(administrator, "A-1");
        String range = "?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&order=oldest-first";
        assertThat(administrator.get("/devices/" + device + "/telemetry" + range).has(200).json())
                .hasSize(1);
        administrator.get("/devices/" + device + "/events").has(200);
        Answer foreign = administrator.get("/devices/" + device + "/telemetry?cursor=abc");
        assertThat(foreign.has(400).text("/errors/0/parameter")).isEqualTo("cursor");
    }

    @Test
    void showsASealedReadingAsTheEnvelopeThatCame() throws Exception {
        DeviceId device = server.device(administrator, "A-1");
        byte[] envelope = new byte[70];
        envelope[0] = 0x1D;
        envelope[1] = 1;
        Awaited<Instant> stored = new Awaited<>();
        server.telemetry.accept(
                ProvenDevices.of(OrganizationId.parse(administrator.organization()), device),
                NewReading.NO_PACKET_ID,
                envelope,
                stored);
        assertThat(stored.value()).isNotNull();

        Answer found = administrator.get("/devices/" + device + "/telemetry").has(200);
        assertThat(found.text("/items/0/form")).isEqualTo("sealed");
        assertThat(found.text("/items/0/reading/sealed"))
                .isEqualTo(Base64.getEncoder().encodeToString(envelope));
    }

    @Test
    void servesTheExportsToAnybody() {
        ApiClient anybody = server.anybody();
        assertThat(anybody.get("/ca/chain").has(200).body())
                .startsWith("-----BEGIN CERTIFICATE-----\n");
        assertThat(anybody.get("/ca/crl").has(200).header("Content-Type"))
                .isEqualTo("application/pkix-crl");
        Answer status = anybody.send("POST", "/ca/ocsp", "application/ocsp-request", "no request");
        assertThat(status.has(200).header("Content-Type")).isEqualTo("application/ocsp-response");
        assertThat(anybody.get("/openapi.json").has(200).json().at("/openapi").asString())
                .isEqualTo("3.1.1");
        assertThat(anybody.get("/openapi.yaml").has(200).body()).contains("openapi: 3.1.1");
    }

    @Test
    void listsTheOrganizationsAuditEntriesNewestFirst() {
        administrator.post("/products", "{\"name\":\"Fish tank\"}").has(201);
        Answer first = administrator.get("/audit-entries?limit=1").has(200);
        assertThat(first.text("/items/0/action")).isEqualTo("product.created");
        Answer second =
                administrator.get("/audit-entries?limit=1&cursor=" + first.ok("nextCursor"));
        assertThat(second.has(200).text("/items/0/action")).isEqualTo("token.created");
    }

    private List<String> ids(Answer page) {
        return page.has(200)
                .json()
                .at("/items")
                .valueStream()
                .map(item -> item.path("id").asString())
                .toList();
    }

    private List<String> actions() {
        return server
                .audit
                .entries(OrganizationId.parse(administrator.organization()), Long.MAX_VALUE, 100)
                .stream()
                .map(AuditEntry::action)
                .toList();
    }
}
