/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.update.metadata.MetadataKey;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Root;
import dev.breakwater.protocol.update.metadata.TopRole;
import dev.breakwater.server.release.OnlineKeys.SealedKey;
import dev.breakwater.server.release.ReleaseRefused.Fault;
import dev.breakwater.server.release.RepositoryView.KeyState;
import dev.breakwater.server.release.UpdateRepositories.Outcome;
import dev.breakwater.server.release.UpdateRepositories.Prepared;
import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which keys of the server root and targets may name, and that both are taken or neither. */
class OnlineKeyRulesTest extends OnlineKeyStory {

    @Override
    DatabaseLocation location(Path at) {
        return new DatabaseLocation.SqliteFile(at.resolve("breakwater.db"));
    }

    @Test
    void preparesOneKeyUntilItIsUsedOrReplaced() {
        UpdateRepositories repositories = there.releases.repositories();
        MetadataKey first = there.prepared();
        assertThat(there.prepared()).isEqualTo(first);
        Prepared anew =
                repositories.prepareKey(
                        there.organization, there.product, true, StoredReleases.PUBLISHER);
        assertThat(((Prepared.Made) anew).key().listed()).isNotEqualTo(first);
        assertThat(there.prepared()).isEqualTo(((Prepared.Made) anew).key().listed());
        assertThat(stored().keys().all()).extracting(SealedKey::number).containsExactly(1L, 3L);
        isRefused(Fault.WRONG_KEYS, () -> there.handIn(both(there.signers.withOnline(first), 2)));
        assertThat(repositories.of(there.organization, there.product(there.organization)))
                .get()
                .satisfies(view -> assertThat(view.onlineKeys()).isEmpty());
        var stranger = there.organization("Other");
        assertThat(repositories.prepareKey(stranger, there.product, true, StoredReleases.PUBLISHER))
                .isInstanceOf(Prepared.NoSuchProduct.class);
        assertThat(stored().keys().all()).hasSize(2);
    }

    @Test
    void targetsMayGoFirst() throws Exception {
        ReleaseSigners next = prepared();
        there.targets(next.signed(next.targets(2, there.inAYear(), named())));
        assertThat(states()).containsExactly(KeyState.GOING, KeyState.IN_FORCE);
        assertThat(verified(device.refresh(), statement())).isNotNull();
        there.root(2, next.signed(next.root(2, there.inAYear())));
        assertThat(states()).containsExactly(KeyState.IN_FORCE);
        assertThat(verified(device.refresh(), statement())).isNotNull();
    }

    @Test
    void whatWasReplacedDoesNotComeBack() throws Exception {
        ReleaseSigners next = prepared();
        there.root(2, next.signed(next.root(2, there.inAYear())));
        // The key before is still there, for the targets name it.
        isRefused(
                Fault.WRONG_KEYS,
                () -> there.root(3, there.signers.signed(there.signers.root(3, there.inAYear()))));
        there.targets(next.signed(next.targets(2, there.inAYear(), named())));
        isRefused(
                Fault.WRONG_DELEGATION,
                () ->
                        there.targets(
                                there.signers.signed(
                                        there.signers.targets(3, there.inAYear(), named()))));
    }

    @Test
    void bothAreTakenOrNeither() throws Exception {
        ReleaseSigners next = prepared();
        byte[] root = next.signed(next.root(2, there.inAYear()));
        var targets = next.targets(2, there.inAYear(), named());
        byte[] unsigned = ReleaseSigners.signed(targets, next.releaseKeys().subList(0, 1));
        isRefused(Fault.WRONG_SIGNATURES, () -> there.handIn(HandedIn.together(2, root, unsigned)));
        isRefused(
                Fault.MALFORMED,
                () -> there.handIn(HandedIn.together(2, new byte[0], next.signed(targets))));
        assertThat(device.refresh().root().version()).isEqualTo(1);
        assertThat(states()).containsExactly(KeyState.IN_FORCE, KeyState.PREPARED);
        assertThat(there.handIn(HandedIn.together(2, root, next.signed(targets))))
                .isInstanceOf(Outcome.Taken.class);
    }

    @Test
    void handingInAgainWhatIsInForceChangesNothing() throws Exception {
        HandedIn files = both(prepared(), 2);
        there.handIn(files);
        long revision = stored().revision();
        Outcome again =
                there.releases
                        .repositories()
                        .handIn(
                                there.organization,
                                there.product,
                                files,
                                Optional.of(1L),
                                StoredReleases.PUBLISHER);
        assertThat(again)
                .isInstanceOfSatisfying(
                        Outcome.Taken.class, taken -> assertThat(taken.otherDirector()).isFalse());
        assertThat(stored().revision()).isEqualTo(revision);
        Outcome late =
                there.releases
                        .repositories()
                        .handIn(
                                there.organization,
                                there.product,
                                both(prepared(), 3),
                                Optional.of(1L),
                                StoredReleases.PUBLISHER);
        assertThat(late).isEqualTo(new Outcome.VersionMismatch(2));
    }

    @Test
    void noKeyOfTheServerIsAmongThoseOfPeople() throws Exception {
        MetadataKey next = there.prepared();
        Root root =
                there.signers
                        .root(1, there.inAYear())
                        .rotated(TopRole.TARGETS, new RoleKeys(List.of(next), 1), there.inAYear());
        isRefused(Fault.WRONG_KEYS, () -> there.root(2, there.signers.signed(root)));
    }
}
