/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.protocol.update.metadata.FileEdition;
import dev.breakwater.protocol.update.metadata.Timestamp;
import dev.breakwater.protocol.update.trust.RepositoryClient;
import dev.breakwater.protocol.update.trust.TrustedRepository;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.protocol.update.trust.UpdateRefused;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.release.OnlineKeys.SealedKey;
import dev.breakwater.server.release.ReleaseRefused.Fault;
import dev.breakwater.server.release.RepositoryView.KeyState;
import dev.breakwater.server.release.UpdateRepositories.Outcome;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.store.OlderDatabase;
import dev.breakwater.testkit.update.TestSigners;
import java.nio.file.Files;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The server's key goes from one to the next: in one step, with every device behind it, and whoever
 * has the key before has nothing.
 */
abstract class OnlineKeyRotationContract extends OnlineKeyStory {

    @Test
    void everyDeviceFollowsInOneStepAndInstallsWhatTheNewKeySays() throws Exception {
        byte[] before = statement();
        assertThat(verified(device.refresh(), before)).isNotNull();
        ReleaseSigners next = prepared();
        assertThat(states()).containsExactly(KeyState.IN_FORCE, KeyState.PREPARED);
        // As long as nothing names it, it signs nothing.
        assertThat(verified(device.refresh(), statement())).isNotNull();

        Outcome outcome = there.handIn(both(next, 2));

        assertThat(((Outcome.Taken) outcome).otherDirector()).isTrue();
        assertThat(states()).containsExactly(KeyState.IN_FORCE);
        for (RepositoryClient each : List.of(device, device("fresh from the factory"))) {
            TrustedRepository after = each.refresh();
            assertThat(after.root().version()).isEqualTo(2);
            assertThat(after.targets().version()).isEqualTo(2);
            assertThat(verified(after, statement())).isNotNull();
            isRefused(() -> verified(after, before));
        }
        assertThat(there.audit.entries(there.organization, Long.MAX_VALUE, 4))
                .extracting(AuditEntry::action)
                .containsExactly(
                        "update-key.destroyed",
                        "releases.signed",
                        "update-root.accepted",
                        "update-key.created");
    }

    /** He took it before the rotation, and serves what he likes to whoever asks him. */
    @Test
    void aThiefOfTheKeyBeforeIsRefusedByEveryDeviceThatHasHeardOfTheNextRoot() throws Exception {
        SealedKey stolen = stored().keys().require(1);
        there.handIn(both(prepared(), 2));
        var _ = device.refresh();
        OnlineKey thief = new OnlineKey(sealingKey);
        byte[] forged =
                thief.sign(
                        there.product,
                        stolen,
                        new Timestamp(
                                99,
                                there.in(Duration.ofDays(7)),
                                FileEdition.of(1, there.file("1.snapshot.json"))));
        swapped.put("timestamp.json", forged);
        isRefused(device::refresh);
        isRefused(() -> device("b").refresh());
        swapped.clear();
        assertThat(device.refresh().snapshot().version()).isEqualTo(2);
        assertThat(stored().keys().all()).extracting(SealedKey::number).containsExactly(2L);
    }

    /** He drove up the versions while he could: that is over, too, when the key is another. */
    @Test
    void devicesComeBackFromVersionsThatAThiefHasDrivenUp() throws Exception {
        SealedKey stolen = stored().keys().require(1);
        byte[] forged =
                new OnlineKey(sealingKey)
                        .sign(
                                there.product,
                                stolen,
                                new Timestamp(
                                        99_999,
                                        there.in(Duration.ofDays(7)),
                                        FileEdition.of(1, there.file("1.snapshot.json"))));
        swapped.put("timestamp.json", forged);
        var _ = device.refresh();
        swapped.clear();
        assertThat(catchThrowableOfType(UpdateRefused.class, device::refresh).fault())
                .isEqualTo(UpdateFault.ROLLED_BACK);
        there.handIn(both(prepared(), 2));
        assertThat(verified(device.refresh(), statement())).isNotNull();
    }

    /** In an emergency, or where the signatures of one of them come later. */
    @Test
    void eachSignatureIsMadeWithTheKeyThatTheFileInForceNames() throws Exception {
        ReleaseSigners next = prepared();
        byte[] before = statement();
        there.root(2, next.signed(next.root(2, there.inAYear())));
        assertThat(states()).containsExactly(KeyState.GOING, KeyState.IN_FORCE);
        TrustedRepository half = device.refresh();
        assertThat(half.root().version()).isEqualTo(2);
        assertThat(half.snapshot().version()).isEqualTo(2);
        assertThat(verified(half, before)).isNotNull();
        assertThat(verified(half, statement())).isNotNull();

        there.targets(next.signed(next.targets(2, there.inAYear(), named())));
        assertThat(states()).containsExactly(KeyState.IN_FORCE);
        TrustedRepository whole = device.refresh();
        isRefused(() -> verified(whole, before));
        assertThat(verified(whole, statement())).isNotNull();
    }

    @Test
    void aReleaseKeyIsRotatedWithoutAMomentInWhichNobodyWhoCountsHasSigned() throws Exception {
        ReleaseSigners next = there.signers.withRelease(List.of(TestSigners.freshP256()));
        isRefused(
                Fault.WRONG_SIGNATURES,
                () ->
                        there.handIn(
                                HandedIn.together(
                                        2,
                                        next.signed(next.root(2, there.inAYear())),
                                        there.signers.signed(
                                                next.targets(2, there.inAYear(), named())))));
        there.handIn(both(next, 2));
        assertThat(device.refresh().targets().version()).isEqualTo(2);
        assertThat(states()).containsExactly(KeyState.IN_FORCE);
    }

    /** Whoever gets no answer hands in the same again. */
    @Test
    void goesOnWithTheNewKeyAfterARestart() throws Exception {
        there.handIn(both(prepared(), 2));
        restart();
        there.clock.advance(Duration.ofDays(20));
        assertThat(there.releases.upkeep().signDue()).isEqualTo(1);
        assertThat(verified(device.refresh(), statement())).isNotNull();
    }

    private void restart() {
        StoredReleases before = there;
        before.close();
        there = StoredReleases.reopened(directory, sealingKey, before);
    }

    /** The tables as the version before had them, with the one key in them. */
    @Test
    void aRepositoryOfTheVersionBeforeKeepsItsKeyAndIsRotated() throws Exception {
        byte[] before = statement();
        there.close();
        DatabaseLocation older = location(Files.createDirectories(directory.resolve("older")));
        OlderDatabase.make(older, "23");
        try (Connection from = OlderDatabase.connect(location);
                Connection to = OlderDatabase.connect(older)) {
            for (String table : List.of("organization", "product")) {
                OlderDatabase.copy(from, "SELECT * FROM " + table, to, table);
            }
            OlderDatabase.copy(
                    from,
                    "SELECT r.product_id, r.organization_id, k.public_key AS online_public_key,"
                            + " k.sealed_key AS sealed_online_key, revision, root_version,"
                            + " targets_version, snapshot_version, timestamp_version, counter_max,"
                            + " directed, offline_end_us, sign_again_us, r.created_us"
                            + " FROM update_repository r"
                            + " JOIN update_online_key k ON k.product_id = r.product_id",
                    to,
                    "update_repository");
            for (String table : List.of("update_metadata", "product_release")) {
                OlderDatabase.copy(from, "SELECT * FROM " + table, to, table);
            }
        }
        there = StoredReleases.reopened(directory, older, sealingKey, there);
        assertThat(states()).containsExactly(KeyState.IN_FORCE);
        TrustedRepository known = device.refresh();
        assertThat(verified(known, before)).isNotNull();
        assertThat(verified(known, statement())).isNotNull();
        there.handIn(both(prepared(), 2));
        assertThat(verified(device.refresh(), statement())).isNotNull();
    }
}
