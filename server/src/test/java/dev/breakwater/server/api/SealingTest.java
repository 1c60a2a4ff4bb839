/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.envelope.ClockSequence;
import dev.breakwater.protocol.envelope.Direction;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.protocol.envelope.Sealer;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.identity.ProvenDevices;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.telemetry.NewReading;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Envelope keys and sealing policies, as an organization sees them. */
class SealingTest {

    private static final String OWN =
            "{\"publicKey\":\"QxDul9iMwfCIpVdsd6sM9cOseX89lROcbIS1QpxZZio=\"}";
    private static final String READING = "{\"pulse\":61}";

    private ApiServer server;
    private ApiClient owner;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        owner = server.administrator("Reef & Sons");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void showsPublicHalvesAndWhenOldKeysEnd() {
        owner.post("/envelope-keys/rotations", "{}").has(201);
        owner.post("/envelope-keys/rotations", "{\"othersOpenSeconds\":7200}").has(201);
        Answer own = owner.post("/envelope-keys", OWN).has(201);
        assertThat(own.text("/holder")).isEqualTo("organization");
        // The key of RFC 9180, appendix A.2.1; the id is that of the documented vector.
        assertThat(own.text("/shortId")).isEqualTo("9e2afa15b453d872");
        assertThat(own.text("/sha256")).startsWith("9e2afa15b453d872");
        Answer all = owner.get("/envelope-keys").has(200);
        assertThat(all.json().at("/items")).hasSize(3);
        assertThat(Instant.parse(all.text("/items/0/opensUntil")))
                .isEqualTo(
                        server.clock
                                .instant()
                                .truncatedTo(ChronoUnit.MICROS)
                                .plus(Duration.ofHours(2)));
        assertThat(all.json().at("/items/1").has("opensUntil")).isFalse();
        assertThat(all.body()).doesNotContain("rivate");
        assertThat(server.administrator("Other").get("/envelope-keys").json().at("/items"))
                .isEmpty();
    }

    @Test
    void opensByDefaultForAsLongAsReadingsAreKeptAndADay() {
        owner.post("/envelope-keys/rotations", "{}").has(201);
        owner.post("/envelope-keys/rotations", "{}").has(201);
        assertThat(Instant.parse(owner.get("/envelope-keys").text("/items/0/opensUntil")))
                .isEqualTo(
                        server.clock
                                .instant()
                                .truncatedTo(ChronoUnit.MICROS)
                                .plus(Duration.ofDays(31)));
        owner.post("/envelope-keys/rotations", "{\"othersOpenSeconds\":60}").has(422);
    }

    @Test
    void refusesWhatIsNoKeyOrKnownAndToRetireTheServersCurrentOne() {
        String current = owner.post("/envelope-keys/rotations", "{}").ok("id");
        assertThat(owner.delete("/envelope-keys/" + current).has(409).problem())
                .isEqualTo("not-possible-now");
        owner.post("/envelope-keys", OWN).has(201);
        assertThat(owner.post("/envelope-keys", OWN).has(409).problem())
                .isEqualTo("not-possible-now");
        String zeros = Base64.getEncoder().encodeToString(new byte[32]);
        Answer lowOrder =
                owner.post("/envelope-keys", "{\"publicKey\":\"" + zeros + "\"}").has(422);
        assertThat(lowOrder.text("/errors/0/pointer")).isEqualTo("/publicKey");
        assertThat(lowOrder.text("/errors/0/detail")).contains("low order");
    }

    /** Keys are the organization's own affair: who may run its fleet may see them, and no more. */
    @Test
    void letsOwnersAloneChangeKeys() {
        for (String role : List.of("administrator", "operator", "auditor")) {
            ApiClient client = owner.role(role);
            client.get("/envelope-keys").has(200);
            assertThat(client.post("/envelope-keys", OWN).has(403).problem())
                    .isEqualTo("permission-missing");
            client.post("/envelope-keys/rotations", "{}").has(403);
        }
    }

    @Test
    void changesAPolicyIfNobodyElseDidBeforeAndShowsWhatTheProfileMakesOfIt() {
        String path = "/products/" + product() + "/sealing";
        Answer unstated = owner.get(path).has(200);
        assertThat(unstated.text("/sealing")).isEqualTo("allowed");
        assertThat(unstated.text("/recipient")).isEqualTo("organization");
        String wanted = "{\"sealing\":\"allowed\",\"recipient\":\"server\"}";
        owner.put(path, wanted).has(428);
        Answer changed = owner.put(path, wanted, "If-Match: " + unstated.header("ETag")).has(200);
        assertThat(changed.text("/recipient")).isEqualTo("server");
        owner.put(path, wanted, "If-Match: " + unstated.header("ETag")).has(412);
        assertThat(changed.json().at("/raisedByRiskProfile").asBoolean()).isFalse();

        ProductId product = ProductId.parse(path.split("/", -1)[2]);
        assertThat(server.envelopes.policies().inForce(product).sealing().code())
                .isEqualTo("allowed");
        owner.put(
                        "/products/" + product + "/risk-profile",
                        "{\"riskProfile\":\"critical\"}",
                        "If-Match: *")
                .has(200);
        // In force for connections that are open, too.
        assertThat(server.envelopes.policies().inForce(product).sealing().code())
                .isEqualTo("required");
        Answer raised = owner.get(path).has(200);
        assertThat(raised.text("/sealing")).isEqualTo("allowed");
        assertThat(raised.text("/inForce")).isEqualTo("required");
        assertThat(raised.json().at("/raisedByRiskProfile").asBoolean()).isTrue();
    }

    @Test
    void opensForReadersWhatIsSealedToTheServer() throws Exception {
        DeviceId device = server.device(owner, "A-1");
        OrganizationId organization = OrganizationId.parse(owner.organization());
        Answer key = owner.post("/envelope-keys/rotations", "{}").has(201);
        RecipientKey published =
                RecipientKey.of(
                        Suite.X25519_CHACHA20_POLY1305,
                        Base64.getDecoder().decode(key.text("/publicKey")),
                        new Validity(
                                server.clock.instant(), Instant.parse(key.text("/sealedToUntil"))));
        byte[] envelope =
                new Sealer(List.of(published), new ClockSequence(server.clock), server.clock)
                        .seal(
                                READING.getBytes(UTF_8),
                                new EnvelopeContext(
                                        organization.uuid(),
                                        device,
                                        Direction.FROM_DEVICE,
                                        TopicName.of("me/telemetry")));
        Awaited<Instant> stored = new Awaited<>();
        server.telemetry.acceptOpened(
                ProvenDevices.of(organization, device),
                Optional.empty(),
                NewReading.NO_PACKET_ID,
                envelope,
                READING.getBytes(UTF_8),
                1,
                stored);
        assertThat(stored.value()).isNotNull();
        Answer found = owner.get("/devices/" + device + "/telemetry").has(200);
        assertThat(found.text("/items/0/form")).isEqualTo("json");
        assertThat(found.json().at("/items/0/opened").asBoolean()).isTrue();
        assertThat(found.json().at("/items/0/reading/pulse").asInt()).isEqualTo(61);
    }

    private String product() {
        return owner.post("/products", "{\"name\":\"Monitor\"}").ok("id");
    }
}
