/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.ban;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.CommandRun;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.audit.AuditLog;
import dev.breakwater.server.ban.Bans;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.operations.OperationsListener;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.quota.Quotas;
import dev.breakwater.server.refusal.Refusal;
import dev.breakwater.server.refusal.RefusalReason;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command against a real port for operators. */
class BanCommandTest {

    @TempDir Path configuration;
    private final PrometheusMeterRegistry meters =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Limits limits = Limits.with(Map.of(Limit.BAN_POINTS, 10));
    private final Moment.Source time = Moment.Source.of(Clock.systemUTC());
    private final Bans bans = new Bans(limits, time, new Nowhere(), meters, List.of());
    private OperationsListener operations;

    @BeforeEach
    void start() {
        operations =
                OperationsListener.start(
                        "127.0.0.1", 0, List.of(), meters, new Quotas(limits, time), bans);
    }

    @AfterEach
    void stop() {
        operations.close();
    }

    @Test
    void listsNobodyWhenNobodyIsBanned() {
        CommandRun run = ban("list");
        assertThat(run.exitCode()).isZero();
        assertThat(run.lines()).hasSize(1).first().asString().startsWith("NETWORK");
    }

    @Test
    void listsAndLiftsABan() {
        banned("203.0.113.9");
        banned("2001:db8:1:2::9");

        CommandRun listed = ban("list");
        assertThat(listed.lines()).hasSize(3);
        assertThat(listed.out()).contains("203.0.113.9", "2001:db8:1:2::/64", "request-malformed");

        CommandRun lifted = ban("lift", "2001:db8:1:2::/64");
        assertThat(lifted.exitCode()).isZero();
        assertThat(lifted.err()).contains("Lifted the ban", "next: breakwater ban list");
        assertThat(ban("list").lines()).hasSize(2);
    }

    @Test
    void saysInJsonExactlyWhatTheServerSays() {
        banned("203.0.113.9");
        JsonNode json = JsonMapper.shared().readTree(ban("list", "-o", "json").out());
        assertThat(json.at("/bans/0/network").asString()).isEqualTo("203.0.113.9");
        assertThat(json.at("/bans/0/count").asInt()).isEqualTo(1);
        assertThat(JsonMapper.shared().readTree(ban("lift", "203.0.113.9", "-o", "json").out()))
                .isEqualTo(json.at("/bans/0"));
    }

    @Test
    void refusesToLiftWhatIsNotThere() {
        CommandRun run = ban("lift", "203.0.113.10");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("no ban of '203.0.113.10'", "breakwater ban list");
    }

    @Test
    void saysWhenNoServerIsThere() {
        int port = operations.port();
        operations.close();
        CommandRun run =
                CommandRun.of(configuration, "ban", "list", "--port", Integer.toString(port));
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).contains(Integer.toString(port));
    }

    private CommandRun ban(String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "ban";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--port";
        all[words.length + 2] = Integer.toString(operations.port());
        return CommandRun.of(configuration, all);
    }

    private void banned(String source) {
        Refusal refusal =
                new Refusal(
                        RefusalReason.REQUEST_MALFORMED,
                        "api",
                        Optional.empty(),
                        new Actor.Unproven(source),
                        Map.of());
        bans.count(refusal);
        bans.count(refusal);
    }

    /** A log that keeps nothing. */
    private static final class Nowhere implements AuditLog {
        @Override
        @Unscoped("as in the interface")
        public void append(AuditEvent event) {}

        @Override
        public List<AuditEntry> entries(
                OrganizationId organization, long beforeSequence, int countMax) {
            return List.of();
        }
    }
}
