/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.IssuancePolicy;
import dev.breakwater.ca.keys.SealedFileKeyStore;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.artifact.DirectoryArtifacts;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.delivery.ServedFiles;
import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.enrollment.Renewals;
import dev.breakwater.server.envelope.SealedCommands;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceLifecycle;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.identity.DeviceTokens;
import dev.breakwater.server.identity.ProvenDevices;
import dev.breakwater.server.identity.RegistryVersion;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.refusal.Refusals;
import dev.breakwater.server.rollout.DeviceOffers;
import dev.breakwater.server.rollout.KnownReleases;
import dev.breakwater.server.rollout.StoredUpdates;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.server.session.RecordingSession;
import dev.breakwater.server.session.TlsFacts;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlCommandStore;
import dev.breakwater.server.store.SqlCredentialStore;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlDeviceTokenStore;
import dev.breakwater.server.store.SqlEnrollmentStore;
import dev.breakwater.server.store.SqlIssuanceLedger;
import dev.breakwater.server.store.SqlSealingStore;
import dev.breakwater.server.store.SqlTelemetryStore;
import dev.breakwater.server.store.SqlTwinStore;
import dev.breakwater.server.telemetry.Telemetry;
import dev.breakwater.server.twin.Twins;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which topics there are and whom they reach, with the real features on a SQLite file. The device
 * is not in it, so every feature refuses in its own words, and that tells them apart.
 */
class TopicRouterTest {

    private static final String COMMAND = "me/commands/" + CommandId.fresh();

    private final Clock clock = Clock.systemUTC();
    private final Limits limits = Limits.defaults();
    private final LiveSessions sessions = new LiveSessions();
    private final AuthenticatedDevice device =
            ProvenDevices.of(OrganizationId.fresh(), DeviceId.fresh());
    private Database database;
    private Commands commands;
    private SealedCommands sealed;
    private CertificateRenewal renewal;
    private TokenRotation rotation;
    private UpdateFetching fetching;
    private TopicRouter router;

    @BeforeEach
    void wire(@TempDir Path folder) throws Exception {
        database =
                Database.open(new DatabaseLocation.SqliteFile(folder.resolve("test.db")), limits);
        SqlAuditLog audit = new SqlAuditLog(database, clock);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Refusals refusals = new Refusals(audit, meters, clock, 1_000);
        sealed = new SealedCommands(new SqlSealingStore(database, audit), clock);
        commands =
                new Commands(
                        new SqlCommandStore(database, audit, clock),
                        sealed,
                        sessions,
                        limits,
                        clock);
        SqlIssuanceLedger ledger = new SqlIssuanceLedger(database, audit, clock);
        renewal =
                new CertificateRenewal(
                        new Renewals(
                                new SqlCredentialStore(database, audit),
                                new SqlDeviceStore(database, audit, clock, List.of()),
                                new SqlEnrollmentStore(database, audit),
                                new RequestValidation(ledger),
                                CertificateAuthority.open(
                                        new SealedFileKeyStore(
                                                folder.resolve("ca"), SealingKey.random()),
                                        ledger,
                                        IssuancePolicy.standard(),
                                        clock),
                                refusals,
                                meters,
                                limits,
                                clock),
                        sessions,
                        limits);
        rotation = rotation(audit, refusals);
        fetching =
                new UpdateFetching(
                        new ServedFiles()
                                .files(
                                        new DirectoryArtifacts(
                                                folder.resolve("artifacts"), limits, clock)),
                        sessions,
                        refusals,
                        limits,
                        System::nanoTime);
        router =
                new TopicRouter(
                        new Telemetry(new SqlTelemetryStore(database), limits, clock),
                        new Twins(new SqlTwinStore(database, audit), sessions, limits, clock),
                        commands,
                        sealed,
                        renewal,
                        rotation,
                        fetching,
                        offers(audit));
    }

    private DeviceOffers offers(SqlAuditLog audit) {
        return StoredUpdates.over(
                        new KnownReleases(),
                        database,
                        audit,
                        new SqlDeviceStore(database, audit, clock, List.of()),
                        sessions,
                        limits,
                        clock)
                .offers();
    }

    private TokenRotation rotation(SqlAuditLog audit, Refusals refusals) {
        SqlCredentialStore credentials = new SqlCredentialStore(database, audit);
        SqlDeviceStore devices = new SqlDeviceStore(database, audit, clock, List.of());
        RegistryVersion version = new RegistryVersion();
        return new TokenRotation(
                new DeviceTokens(
                        devices,
                        new SqlDeviceTokenStore(database, audit, clock),
                        new DeviceRegistry(
                                credentials,
                                List.of(),
                                new DeviceLifecycle(devices, sessions, version),
                                limits,
                                clock,
                                version),
                        version,
                        limits,
                        clock),
                sessions,
                refusals,
                limits);
    }

    @AfterEach
    void close() {
        renewal.close();
        rotation.close();
        fetching.close();
        commands.close();
        database.close();
    }

    /** I13: one device must not take the places of all. */
    @Test
    void takesOneRenewalOfADeviceAtATime() throws Exception {
        CountDownLatch answering = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        sessions.attach(new SlowSession(device.id(), OrganizationId.fresh(), answering, goOn));
        AuthenticatedDevice neighbor = ProvenDevices.of(OrganizationId.fresh(), DeviceId.fresh());

        CompletableFuture<Object> first = renewal(device);
        assertThat(answering.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(renewal(device))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        MessageRefused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(RefusalReason.QUOTA_EXCEEDED));
        assertThat(renewal(neighbor)).succeedsWithin(Duration.ofSeconds(10));
        goOn.countDown();
        assertThat(first).succeedsWithin(Duration.ofSeconds(10));
        assertThat(renewal(device)).succeedsWithin(Duration.ofSeconds(10));
    }

    /** A request that is refused, which is an answer too. */
    private CompletableFuture<Object> renewal(AuthenticatedDevice from) {
        CompletableFuture<Object> ended = new CompletableFuture<>();
        router.publish(
                from,
                TopicName.of(Topics.CERTIFICATE_RENEW),
                1,
                new byte[] {0x30, 0x00},
                new Completion<>() {
                    @Override
                    public void durable(Object value) {
                        ended.complete(value);
                    }

                    @Override
                    public void failed(RuntimeException cause) {
                        ended.completeExceptionally(cause);
                    }
                });
        return ended;
    }

    /** Takes its time with every message. */
    private record SlowSession(
            DeviceId deviceId,
            OrganizationId organization,
            CountDownLatch delivering,
            CountDownLatch goOn)
            implements DeviceSession {

        @Override
        public TlsFacts tls() {
            return new TlsFacts("", "", "", false);
        }

        @Override
        public void deliver(OutboundMessage message, DeliveryOutcome outcome) {
            delivering.countDown();
            try {
                goOn.await();
                outcome.delivered();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                outcome.undelivered();
            }
        }

        @Override
        public void close(FarewellReason reason) {
            goOn.countDown();
        }
    }

    @Test
    void takesTheTopicsOfTheNativeProfile() {
        for (String topic :
                new String[] {
                    Topics.TELEMETRY,
                    Topics.STATE,
                    Topics.CERTIFICATE_RENEW,
                    Topics.EVENTS_PREFIX + "door-opened",
                    COMMAND + Topics.REPLY_SUFFIX,
                }) {
            assertThat(router.takes(TopicName.of(topic))).as(topic).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "me",
                "me/",
                "/me/telemetry",
                "Me/telemetry",
                "me/telemetry/",
                "me/../x",
                "me/state/desired",
                "me/commands/reply",
                "me/commands//reply",
                "me/commands/1/reply",
                "me/certificate/issued",
                "$SYS/broker",
                "them/telemetry",
            })
    void refusesEveryOtherTopic(String topic) {
        assertThat(router.takes(TopicName.of(topic))).isFalse();
        assertRefused(topic, "21 C", RefusalReason.TOPIC_REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "me/#",
                "me/+",
                "me/commands/+",
                "me/commands/#",
                "me/+/desired",
                "me/state/desired",
                "me/notices",
                "me/certificate/issued",
                "me/update/offer",
            })
    void offersWhatTheServerSends(String filter) {
        assertThat(router.offers(TopicFilter.of(filter))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "+/#",
                "+/commands/+",
                "$SYS/#",
                "me",
                "me/telemetry",
                "me/../x",
                "them/#",
                "$share/all/me/#",
            })
    void offersNothingElse(String filter) {
        assertThat(router.offers(TopicFilter.of(filter))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "me/telemetry,           not JSON,  PAYLOAD_REFUSED",
        "me/events/-wrong,       '{}',      TOPIC_REFUSED",
        "me/state,               '{}',      PAYLOAD_REFUSED",
        "me/update/status,       '{}',      PAYLOAD_REFUSED",
    })
    void handsTheMessageToItsFeature(String topic, String payload, RefusalReason reason) {
        assertRefused(topic, payload, reason);
    }

    @Test
    void handsARepliedCommandToCommands() {
        assertRefused(
                COMMAND + Topics.REPLY_SUFFIX,
                "{\"status\":\"succeeded\"}",
                RefusalReason.TOPIC_REFUSED);
    }

    /** The refusal is the answer: the request itself has been dealt with, for good. */
    @Test
    void answersARenewalThatIsNoneWithAProblem() throws Exception {
        RecordingSession session = new RecordingSession(device.id());
        session.subscribe();
        sessions.attach(session);
        Awaited<Object> outcome = new Awaited<>();
        publish(Topics.CERTIFICATE_RENEW, "no PKCS#10", outcome);
        assertThat(outcome.value()).isEqualTo(RefusalReason.CERTIFICATE_REQUEST_MALFORMED);
        RecordingSession.Message answer = session.next();
        assertThat(answer.topic()).isEqualTo(Topics.CERTIFICATE_ISSUED);
        assertThat(answer.payload())
                .startsWith("{")
                .contains(RefusalReason.CERTIFICATE_REQUEST_MALFORMED.clientText());
    }

    private void assertRefused(String topic, String payload, RefusalReason reason) {
        Awaited<Object> outcome = new Awaited<>();
        publish(topic, payload, outcome);
        assertThatThrownBy(outcome::value)
                .isInstanceOfSatisfying(
                        MessageRefused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private void publish(String topic, String payload, Awaited<Object> outcome) {
        router.publish(
                device, TopicName.of(topic), 1, payload.getBytes(StandardCharsets.UTF_8), outcome);
    }
}
