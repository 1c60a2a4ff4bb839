/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.IssuancePolicy;
import dev.breakwater.ca.keys.SealedFileKeyStore;
import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.store.Database;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.SqlAuditLog;
import dev.breakwater.server.store.SqlIssuanceLedger;
import dev.breakwater.server.tls.TlsIdentity;
import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ListenerRenewalTest {

    private static final ServerNames NAMES = new ServerNames(List.of("iot.example"), List.of());

    @TempDir private Path directory;
    private final TestClock clock = TestClock.at(Instant.parse("2027-01-10T08:00:00Z"));
    private final SealingKey sealingKey = SealingKey.random();
    private final List<TlsIdentity> shown = new ArrayList<>();
    private Database database;
    private CertificateAuthority authority;
    private RequestValidation validation;

    @BeforeEach
    void open() throws Exception {
        Path file = directory.resolve("breakwater.db");
        database = Database.open(new DatabaseLocation.SqliteFile(file), Limits.defaults());
        SqlIssuanceLedger ledger =
                new SqlIssuanceLedger(database, new SqlAuditLog(database, clock), clock);
        SealedFileKeyStore keys = new SealedFileKeyStore(directory.resolve("ca"), sealingKey);
        authority = CertificateAuthority.open(keys, ledger, IssuancePolicy.standard(), clock);
        validation = new RequestValidation(ledger);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void keepsTheCertificateAcrossRestarts() throws Exception {
        X509Certificate first = leaf(credential(NAMES).open());
        clock.advance(Duration.ofDays(59));

        assertThat(leaf(credential(NAMES).open())).isEqualTo(first);
    }

    @Test
    void replacesTheCertificateWithItsKeyWhenTheNamesChange() throws Exception {
        TlsIdentity first = credential(NAMES).open();
        TlsIdentity second =
                credential(new ServerNames(List.of("iot.example", "www.iot.example"), List.of()))
                        .open();

        assertThat(leaf(second)).isNotEqualTo(leaf(first));
        assertThat(second.key()).isNotEqualTo(first.key());
        assertThat(leaf(second).getSubjectAlternativeNames()).hasSize(2);
    }

    @Test
    void replacesTheCertificateInUseAtTwoThirdsOfItsLife() throws Exception {
        ListenerCredential credential = credential(NAMES);
        TlsIdentity first = credential.open();
        try (ListenerRenewal renewal =
                new ListenerRenewal(credential, first, List.of(shown::add), clock)) {
            clock.advance(Duration.ofDays(59));
            assertThat(renewal.renewIfDue()).isFalse();

            clock.advance(Duration.ofDays(2));
            assertThat(renewal.renewIfDue()).isTrue();
            assertThat(shown).hasSize(1);
            assertThat(leaf(shown.getFirst()).getNotAfter()).isAfter(leaf(first).getNotAfter());
            assertThat(renewal.renewIfDue()).isFalse();
        }
    }

    @Test
    void triesAgainAtTheNextLookWhenAListenerCouldNotChange() throws Exception {
        ListenerCredential credential = credential(NAMES);
        List<TlsIdentity> tried = new ArrayList<>();
        ListenerRenewal.Listener failingOnce =
                identity -> {
                    tried.add(identity);
                    if (tried.size() == 1) {
                        throw new IOException("not now");
                    }
                };
        try (ListenerRenewal renewal =
                new ListenerRenewal(credential, credential.open(), List.of(failingOnce), clock)) {
            clock.advance(Duration.ofDays(61));
            assertThatThrownBy(renewal::renewIfDue).hasMessage("not now");
            assertThat(renewal.renewIfDue()).isTrue();
            // The one that was made is used; a failing listener does not cost a serial a look.
            assertThat(leaf(tried.get(1))).isEqualTo(leaf(tried.get(0)));
        }
    }

    private ListenerCredential credential(ServerNames names) throws IOException {
        return new ListenerCredential(
                directory.resolve("tls"), sealingKey, authority, validation, names, clock);
    }

    private static X509Certificate leaf(TlsIdentity identity) {
        return identity.chain().getFirst();
    }
}
