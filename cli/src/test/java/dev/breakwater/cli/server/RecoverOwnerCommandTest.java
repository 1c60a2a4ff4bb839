/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.CommandRun;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.account.Role;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.member.Email;
import dev.breakwater.server.member.Invitation;
import dev.breakwater.server.member.InvitationId;
import dev.breakwater.server.member.Member;
import dev.breakwater.server.member.PasswordHash;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlMemberStore;
import dev.breakwater.server.store.SqlOrganizationStore;
import dev.breakwater.server.store.SqlPasswordResetStore;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last way back, on the machine of a server that does not run. */
class RecoverOwnerCommandTest {

    private static final String ANN = "ann@reef.example";
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir private Path place;
    private Path data;
    private Path configuration;

    @BeforeEach
    void makeData() throws Exception {
        data = Files.createDirectory(place.resolve("data"));
        configuration = place.resolve("breakwater.toml");
        Files.writeString(data.resolve("BREAKWATER"), "breakwater data, format 1\n");
        Files.writeString(configuration, "data-directory = \"" + data + "\"\n");
        try (Database database = open()) {
            add(database, "Reef", ANN, Role.OWNER);
            add(database, "Other", "bob@reef.example", Role.ADMINISTRATOR);
        }
    }

    @Test
    void makesACodeForAnOwnerAndSaysSoInTheAuditLog() {
        CommandRun run = recover(ANN);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("next: breakwater server --config " + configuration);
        String code = run.out().replaceAll("(?s).*code +(bwp_[0-9a-f]{64}).*", "$1");
        try (Database database = open()) {
            SqlAuditLog audit = new SqlAuditLog(database, CLOCK);
            assertThat(
                            new SqlPasswordResetStore(database, audit)
                                    .member(SecretDigest.of(code), Instant.now()))
                    .map(member -> member.email().text())
                    .contains(ANN);
            assertThat(audit.allEntries(Long.MAX_VALUE, 1).getFirst())
                    .satisfies(
                            entry -> {
                                assertThat(entry.action())
                                        .isEqualTo("member.password-reset-issued");
                                assertThat(entry.actor()).isEqualTo("local-operator");
                                assertThat(entry.details().toString()).doesNotContain(code);
                            });
        }
    }

    @Test
    void makesNoneForAnybodyElse() {
        for (String address : new String[] {"bob@reef.example", "nobody@reef.example", "x"}) {
            CommandRun run = recover(address);
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("is an owner who may log in").hasLineCount(1);
        }
    }

    @Test
    void asksWhichOrganizationIsMeant() {
        String other;
        try (Database database = open()) {
            other = add(database, "Second", ANN, Role.OWNER).toString();
        }
        CommandRun run = recover(ANN);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--organization", other);
        assertThat(recover(ANN, "--organization", other).exitCode()).isZero();
        assertThat(recover(ANN, "--organization", "x").exitCode()).isEqualTo(2);
    }

    @Test
    void doesNothingWhileAServerRunsOrWhereNoneWas() throws Exception {
        try (FileChannel marker =
                        FileChannel.open(data.resolve("BREAKWATER"), StandardOpenOption.WRITE);
                FileLock held = marker.lock()) {
            assertThat(held.isValid()).isTrue();
            CommandRun run = recover(ANN);
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.err()).contains("another Breakwater server is using");
        }
        Path nowhere = place.resolve("nowhere");
        Files.writeString(configuration, "data-directory = \"" + nowhere + "\"\n");
        CommandRun run = recover(ANN);
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("is not a data directory");
        assertThat(nowhere).doesNotExist();
    }

    private CommandRun recover(String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "recover-owner";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--config";
        all[words.length + 2] = configuration.toString();
        return CommandRun.of(place, all);
    }

    private Database open() {
        return Database.open(
                new DatabaseLocation.SqliteFile(data.resolve(ServerConfiguration.SQLITE_FILE)),
                Limits.defaults());
    }

    private static OrganizationId add(Database database, String name, String email, Role role) {
        SqlAuditLog audit = new SqlAuditLog(database, CLOCK);
        OrganizationId id = OrganizationId.fresh();
        Instant now = Instant.now();
        new SqlOrganizationStore(database, audit)
                .add(
                        new Organization(id, name, true, false, now, 1),
                        event(id, AuditAction.ORGANIZATION_CREATED));
        Email address = Email.parse(email).orElseThrow();
        Invitation invitation =
                new Invitation(
                        new InvitationId(UUID.randomUUID()),
                        id,
                        address,
                        role,
                        now,
                        now.plus(Duration.ofDays(1)));
        SqlMemberStore members = new SqlMemberStore(database, audit);
        members.invite(
                id, invitation, SecretDigest.of(name), 10, event(id, AuditAction.MEMBER_INVITED));
        Member member =
                new Member(MemberId.fresh(), id, address, "X", role, now, Optional.empty(), 1);
        assertThat(
                        members.accept(
                                id,
                                invitation,
                                member,
                                new PasswordHash("$argon2id$x"),
                                event(id, AuditAction.MEMBER_JOINED)))
                .isTrue();
        return id;
    }

    private static AuditEvent event(OrganizationId organization, AuditAction action) {
        return AuditEvent.of(organization, new Actor.Server(), action, "test", Map.of());
    }
}
