/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.attestation.EndorsementAuthority;
import dev.breakwater.server.attestation.EndorsementKey;
import dev.breakwater.server.attestation.EndorsementStore.Entering;
import dev.breakwater.server.attestation.ListedSha256;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.testkit.pki.TestPki;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the lists of endorsements need of a store, whichever database it is. */
abstract class EndorsementContract extends StoreContract {

    private static final int MANY = 10;

    private SqlEndorsementStore endorsements;

    @BeforeEach
    void openEndorsements() {
        endorsements = new SqlEndorsementStore(database, audit);
    }

    /** A maker's root, with words in its note that a database could mistake for its own. */
    private EndorsementAuthority authority(OrganizationId of) throws Exception {
        return EndorsementAuthority.kept(
                of,
                TestPki.create(clock).root().getEncoded(),
                "Reef's \"best\"; äö \u6c34",
                clock.instant(),
                OPERATOR.toString());
    }

    private EndorsementKey key(OrganizationId of, String digit) {
        return new EndorsementKey(
                of, sha256(digit), "board " + digit, clock.instant(), OPERATOR.toString());
    }

    private static ListedSha256 sha256(String digit) {
        return new ListedSha256(digit.repeat(64));
    }

    private Entering enter(EndorsementAuthority authority, int entriesMax) {
        return endorsements.enter(
                authority, entriesMax, event(authority.organization(), "authority.entered"));
    }

    private Entering enter(EndorsementKey key, int entriesMax) {
        return endorsements.enter(key, entriesMax, event(key.organization(), "key.entered"));
    }

    private boolean remove(OrganizationId of, EndorsementAuthority authority) {
        return endorsements.removeAuthority(of, authority.sha256(), event(of, "authority.removed"));
    }

    private boolean removeKey(OrganizationId of, String digit) {
        return endorsements.removeKey(of, sha256(digit), event(of, "key.removed"));
    }

    private List<EndorsementAuthority> authorities(OrganizationId of) {
        return endorsements.authorities(of, Optional.empty(), MANY);
    }

    private List<EndorsementKey> keys(OrganizationId of) {
        return endorsements.keys(of, Optional.empty(), MANY);
    }

    private List<String> audited(OrganizationId of) {
        return actions(of).stream().filter(action -> !action.contains("organization")).toList();
    }

    @Test
    void keepsEverythingOfARoot() throws Exception {
        EndorsementAuthority root = authority(organization);
        assertThat(enter(root, MANY)).isEqualTo(Entering.ENTERED);
        assertThat(authorities(organization)).containsExactly(root);
        assertThat(authorities(otherOrganization)).isEmpty();
        assertThat(audited(organization)).containsExactly("authority.entered");
    }

    @Test
    void keepsEverythingOfAKey() {
        EndorsementKey key = key(organization, "a");
        assertThat(endorsements.lists(organization, key.sha256())).isFalse();
        assertThat(enter(key, MANY)).isEqualTo(Entering.ENTERED);
        assertThat(keys(organization)).containsExactly(key);
        assertThat(endorsements.lists(organization, key.sha256())).isTrue();
        assertThat(endorsements.lists(organization, sha256("b"))).isFalse();
        assertThat(audited(organization)).containsExactly("key.entered");
    }

    /** One organization's trust is no other's: who lists a TPM attests its own devices alone. */
    @Test
    void believesForTheOrganizationThatListedAndForNoOther() throws Exception {
        EndorsementAuthority root = authority(organization);
        enter(root, MANY);
        enter(key(organization, "a"), MANY);
        assertThat(endorsements.lists(otherOrganization, sha256("a"))).isFalse();
        assertThat(keys(otherOrganization)).isEmpty();
        assertThat(removeKey(otherOrganization, "a")).isFalse();
        assertThat(remove(otherOrganization, root)).isFalse();
        assertThat(endorsements.lists(organization, sha256("a"))).isTrue();
        assertThat(authorities(organization)).hasSize(1);
        assertThat(enter(key(otherOrganization, "a"), MANY)).isEqualTo(Entering.ENTERED);
        assertThat(audited(otherOrganization)).containsExactly("key.entered");
    }

    @Test
    void keepsTheFirstEntryOfWhatIsKnownAndAuditsNoSecond() throws Exception {
        EndorsementAuthority root = authority(organization);
        EndorsementKey key = key(organization, "a");
        enter(root, MANY);
        enter(key, MANY);
        clock.advance(Duration.ofHours(1));
        EndorsementAuthority again =
                EndorsementAuthority.kept(
                        organization,
                        root.certificate().getEncoded(),
                        "another note",
                        clock.instant(),
                        OPERATOR.toString());
        assertThat(enter(again, MANY)).isEqualTo(Entering.KNOWN);
        assertThat(enter(key(organization, "a"), MANY)).isEqualTo(Entering.KNOWN);
        assertThat(authorities(organization)).containsExactly(root);
        assertThat(keys(organization)).containsExactly(key);
        assertThat(audited(organization)).containsExactly("key.entered", "authority.entered");
    }

    @Test
    void takesAsManyAsAnOrganizationMayListAndThenNoMore() throws Exception {
        assertThat(enter(authority(otherOrganization), 1)).isEqualTo(Entering.ENTERED);
        EndorsementAuthority first = authority(organization);
        assertThat(enter(first, 1)).isEqualTo(Entering.ENTERED);
        assertThat(enter(authority(organization), 1)).isEqualTo(Entering.LIST_FULL);
        // What is known stays known, also at the limit.
        assertThat(enter(first, 1)).isEqualTo(Entering.KNOWN);
        // The lists are counted apart.
        assertThat(enter(key(organization, "a"), 1)).isEqualTo(Entering.ENTERED);
        assertThat(enter(key(organization, "b"), 1)).isEqualTo(Entering.LIST_FULL);
        assertThat(audited(organization)).containsExactly("key.entered", "authority.entered");
        assertThat(removeKey(organization, "a")).isTrue();
        assertThat(enter(key(organization, "b"), 1)).isEqualTo(Entering.ENTERED);
    }

    @Test
    void believesNoMoreWhatWasRemovedAndAuditsItOnce() throws Exception {
        EndorsementAuthority root = authority(organization);
        enter(root, MANY);
        enter(key(organization, "a"), MANY);
        enter(key(organization, "b"), MANY);
        assertThat(remove(organization, root)).isTrue();
        assertThat(remove(organization, root)).isFalse();
        assertThat(removeKey(organization, "a")).isTrue();
        assertThat(removeKey(organization, "a")).isFalse();
        assertThat(authorities(organization)).isEmpty();
        assertThat(endorsements.lists(organization, sha256("a"))).isFalse();
        assertThat(keys(organization))
                .extracting(EndorsementKey::sha256)
                .containsExactly(sha256("b"));
        assertThat(audited(organization))
                .containsExactly(
                        "key.removed",
                        "authority.removed",
                        "key.entered",
                        "key.entered",
                        "authority.entered");
    }

    @Test
    void listsInPagesInTheOrderOfFingerprints() throws Exception {
        for (String digit : List.of("f", "0", "9", "a")) {
            enter(key(organization, digit), MANY);
        }
        List<EndorsementKey> page = endorsements.keys(organization, Optional.empty(), 3);
        assertThat(page)
                .extracting(EndorsementKey::sha256)
                .containsExactly(sha256("0"), sha256("9"), sha256("a"));
        assertThat(endorsements.keys(organization, Optional.of(page.getLast().sha256()), 3))
                .extracting(EndorsementKey::sha256)
                .containsExactly(sha256("f"));
        for (int i = 0; i < 3; i++) {
            enter(authority(organization), MANY);
        }
        List<EndorsementAuthority> first =
                endorsements.authorities(organization, Optional.empty(), 2);
        List<EndorsementAuthority> rest =
                endorsements.authorities(organization, Optional.of(first.getLast().sha256()), 2);
        assertThat(first).hasSize(2);
        assertThat(rest).hasSize(1);
        assertThat(Stream.concat(first.stream(), rest.stream()))
                .extracting(root -> root.sha256().hex())
                .isSorted()
                .doesNotHaveDuplicates();
    }
}
