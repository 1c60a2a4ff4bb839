/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.firewall.Finding;
import dev.breakwater.server.firewall.FindingId;
import dev.breakwater.server.firewall.FindingKind;
import dev.breakwater.server.firewall.FindingNote;
import dev.breakwater.server.firewall.FindingState;
import dev.breakwater.server.firewall.FindingStore.Decision;
import dev.breakwater.server.firewall.FindingStore.Filter;
import dev.breakwater.server.firewall.FirewallStore.Change;
import dev.breakwater.server.firewall.FirewallStore.OfOrganization;
import dev.breakwater.server.firewall.FirewallStore.OfProduct;
import dev.breakwater.server.firewall.FirewallStore.Stored;
import dev.breakwater.server.firewall.OperationUse;
import dev.breakwater.server.firewall.OrganizationRules;
import dev.breakwater.server.firewall.ProductRules;
import dev.breakwater.server.firewall.RulesText;
import dev.breakwater.server.firewall.Sighting;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Where rules and findings are kept. */
abstract class FirewallContract extends StoreContract {

    private static final String ALL =
            """
            {"schemas":[{"topic":"me/state","mode":"off","schema":{"type":"object"}}],
             "payloads":[{"topic":"me/events/+","mode":"observing","bytesMax":9}],
             "rates":[{"topic":"me/telemetry","mode":"enforcing","messagesMax":2,"seconds":60}],
             "networks":{"mode":"enforcing","allowed":["192.0.2.0/24","2001:db8:0:0:0:0:0:0/32"]},
             "connects":{"mode":"observing","perHourMax":7}}
            """;

    private static final Filter ANY =
            new Filter(Optional.empty(), Optional.empty(), Optional.empty());

    private SqlFirewallStore rules;
    private SqlFindingStore findings;

    @BeforeEach
    void wire() {
        rules = new SqlFirewallStore(database, audit);
        findings = new SqlFindingStore(database, audit);
    }

    @Test
    void keepsAllThatRulesSay() throws Exception {
        ProductId product = product(organization, "tank");
        assertThat(rules.rules(organization, product)).contains(new Stored<>(ProductRules.NONE, 0));
        ProductRules all = rules(ALL);
        assertThat(change(product, all, Optional.of(0L)))
                .isEqualTo(new Change.Changed<>(new Stored<>(all, 1)));
        assertThat(rules.rules(organization, product)).contains(new Stored<>(all, 1));
        assertThat(RulesText.of(all)).isEqualTo(JsonMapper.shared().readTree(ALL));
        assertThat(rules.ofProducts(Optional.empty(), 10))
                .containsExactly(new OfProduct(product, all));
        assertThat(rules.ofProducts(Optional.of(product), 10)).isEmpty();
        assertThat(actions(organization).getFirst()).isEqualTo("product.firewall-changed");
    }

    @Test
    void changesRulesOnlyOfTheVersionThatWasRead() throws Exception {
        ProductId product = product(organization, "tank");
        ProductRules all = rules(ALL);
        change(product, all, Optional.empty());
        assertThat(change(product, ProductRules.NONE, Optional.of(0L)))
                .isEqualTo(new Change.VersionMismatch<>(new Stored<>(all, 1)));
        int before = actions(organization).size();
        assertThat(change(product, all, Optional.of(1L)))
                .isEqualTo(new Change.Changed<>(new Stored<>(all, 1)));
        assertThat(actions(organization)).hasSize(before);
        assertThat(change(product, ProductRules.NONE, Optional.of(1L)))
                .isEqualTo(new Change.Changed<>(new Stored<>(ProductRules.NONE, 2)));
    }

    @Test
    void knowsNoProductOfAnotherOrganization() throws Exception {
        ProductId foreign = product(otherOrganization, "tank");
        assertThat(rules.rules(organization, foreign)).isEmpty();
        assertThat(change(foreign, rules(ALL), Optional.empty()))
                .isInstanceOf(Change.NoSuchProduct.class);
        assertThat(rules.ofProducts(Optional.empty(), 10)).isEmpty();
    }

    @Test
    void bindsHowManyProductsHaveRules() throws Exception {
        ProductId first = product(organization, "one");
        ProductId second = product(organization, "two");
        ProductId third = product(organization, "three");
        change(first, rules(ALL), Optional.empty());
        change(second, rules(ALL), Optional.empty());
        assertThat(change(third, rules(ALL), Optional.empty())).isEqualTo(new Change.TooMany<>(2));
        change(first, ProductRules.NONE, Optional.empty());
        assertThat(change(third, rules(ALL), Optional.empty())).isInstanceOf(Change.Changed.class);
        assertThat(change(second, ProductRules.NONE, Optional.empty()))
                .isInstanceOf(Change.Changed.class);
    }

    @Test
    void keepsTheRulesOfOrganizationsApart() throws Exception {
        OrganizationRules own =
                RulesText.organization(
                        JsonMapper.shared()
                                .readTree(
                                        "{\"staff\":{\"mode\":\"observing\",\"allowed\":[\"192.0.2.0/24\"]}}"));
        assertThat(rules.rules(organization)).isEqualTo(new Stored<>(OrganizationRules.NONE, 0));
        assertThat(
                        rules.change(
                                organization,
                                own,
                                Optional.of(0L),
                                event(organization, "organization.firewall-changed")))
                .isEqualTo(new Change.Changed<>(new Stored<>(own, 1)));
        assertThat(
                        rules.change(
                                organization,
                                OrganizationRules.NONE,
                                Optional.of(0L),
                                event(organization, "organization.firewall-changed")))
                .isEqualTo(new Change.VersionMismatch<>(new Stored<>(own, 1)));
        assertThat(rules.rules(otherOrganization))
                .isEqualTo(new Stored<>(OrganizationRules.NONE, 0));
        assertThat(rules.ofOrganizations(Optional.empty(), 10))
                .containsExactly(new OfOrganization(organization, own));
    }

    @Test
    void countsWhatIsSeenAgainAndMakesNoSecondFindingOfIt() {
        findings.add(List.of(note(organization, "device:1", 1)), 10);
        clock.advance(Duration.ofMinutes(1));
        findings.add(
                List.of(note(organization, "device:1", 2), note(otherOrganization, "device:1", 1)),
                10);
        Finding finding = all(organization).getFirst();
        assertThat(all(organization)).hasSize(1);
        assertThat(finding.count()).isEqualTo(3);
        assertThat(finding.evidence()).containsExactly(Map.entry("source", "2"));
        assertThat(finding.firstSeen()).isEqualTo(clock.instant().minusSeconds(60));
        assertThat(finding.lastSeen()).isEqualTo(clock.instant());
        assertThat(findings.finding(organization, finding.id())).contains(finding);
        assertThat(findings.finding(otherOrganization, finding.id())).isEmpty();
    }

    @Test
    void findsByStateKindAndDevicePageByPage() {
        DeviceId device = DeviceId.fresh();
        findings.add(
                List.of(
                        note(organization, Finding.subject(device), 1),
                        note(organization, "device:x", 1),
                        note(organization, "token:y", 1)),
                10);
        List<Finding> page = findings.findings(organization, ANY, Optional.empty(), 2);
        assertThat(page).extracting(Finding::subject).containsExactly("token:y", "device:x");
        assertThat(findings.findings(organization, ANY, Optional.of(page.getLast().id()), 2))
                .extracting(Finding::subject)
                .containsExactly(Finding.subject(device));
        assertThat(by(new Filter(Optional.empty(), Optional.empty(), Optional.of(device))))
                .hasSize(1);
        assertThat(
                        by(
                                new Filter(
                                        Optional.of(FindingState.DISMISSED),
                                        Optional.empty(),
                                        Optional.empty())))
                .isEmpty();
        assertThat(
                        by(
                                new Filter(
                                        Optional.of(FindingState.OPEN),
                                        Optional.of(FindingKind.NEW_NETWORK),
                                        Optional.empty())))
                .hasSize(3);
        assertThat(
                        by(
                                new Filter(
                                        Optional.empty(),
                                        Optional.of(FindingKind.SILENT_DEVICE),
                                        Optional.empty())))
                .isEmpty();
    }

    @Test
    void decidesAboutAFindingOnce() {
        findings.add(List.of(note(organization, "device:1", 1)), 10);
        FindingId id = all(organization).getFirst().id();
        assertThat(decide(otherOrganization, id)).isInstanceOf(Decision.NoSuchFinding.class);
        Finding decided = ((Decision.Decided) decide(organization, id)).finding();
        assertThat(decided.state()).isEqualTo(FindingState.DISMISSED);
        assertThat(decided.decidedBy()).contains(OPERATOR.toString());
        assertThat(decided.decidedAt()).contains(clock.instant());
        assertThat(decide(organization, id)).isEqualTo(new Decision.DecidedBefore(decided));
        assertThat(actions(organization)).filteredOn("finding.dismissed"::equals).hasSize(1);

        findings.add(List.of(note(organization, "device:1", 1)), 10);
        assertThat(all(organization))
                .extracting(Finding::state)
                .containsExactly(FindingState.OPEN, FindingState.DISMISSED);
    }

    @Test
    void forgetsDecidedFindingsBeforeOpenOnesAndOldOnesBeforeNew() {
        findings.add(List.of(note(organization, "device:1", 1)), 3);
        findings.add(List.of(note(organization, "device:2", 1)), 3);
        findings.add(List.of(note(otherOrganization, "device:9", 1)), 3);
        decide(organization, all(organization).getFirst().id());
        findings.add(List.of(note(organization, "device:3", 1)), 3);
        findings.add(List.of(note(organization, "device:4", 1)), 3);
        assertThat(all(organization))
                .extracting(Finding::subject)
                .containsExactly("device:4", "device:3", "device:1");
        findings.add(List.of(note(organization, "device:5", 1)), 3);
        assertThat(all(organization))
                .extracting(Finding::subject)
                .containsExactly("device:5", "device:4", "device:3");
        assertThat(all(otherOrganization)).hasSize(1);
    }

    @Test
    void tellsANewNetworkOfADeviceFromItsFirst() throws Exception {
        ProductId product = product(organization, "tank");
        DeviceId device = new EnrolledDevices(this).enroll(organization, product, "tank-1").id();
        Sighting home = sighting(device, "192.0.2.0/24");
        Sighting away = sighting(device, "198.51.100.0/24");
        assertThat(findings.remember(List.of(home), 2)).isEmpty();
        assertThat(findings.remember(List.of(home, away), 2)).containsExactly(away);
        clock.advance(Duration.ofMinutes(1));
        // Home is seen again, so that it is the other one that goes.
        assertThat(findings.remember(List.of(sighting(device, home.place())), 2)).isEmpty();
        Sighting third = sighting(device, "203.0.113.0/24");
        assertThat(findings.remember(List.of(third), 2)).containsExactly(third);
        assertThat(findings.remember(List.of(home), 2)).isEmpty();
        assertThat(findings.remember(List.of(away), 2)).containsExactly(away);
    }

    @Test
    void tellsAnOperationThatIsNewForWhoeverHasAPattern() {
        OperationUse list = use("listDevices");
        OperationUse read = use("getDevice");
        assertThat(findings.rememberUses(List.of(list, read), clock.instant())).isEmpty();
        clock.advance(Duration.ofDays(8));
        OperationUse revoke = use("revokeDevice");
        assertThat(findings.rememberUses(List.of(use("listDevices"), revoke), clock.instant()))
                .containsExactly(revoke);
        assertThat(findings.rememberUses(List.of(revoke), clock.instant())).isEmpty();
        OperationUse stranger =
                new OperationUse(
                        otherOrganization, "token:2", "revokeDevice", "192.0.2.7", clock.instant());
        assertThat(findings.rememberUses(List.of(stranger), clock.instant())).isEmpty();
    }

    private Change<ProductRules> change(
            ProductId product, ProductRules wanted, Optional<Long> expected) {
        return rules.change(
                organization,
                product,
                wanted,
                expected,
                2,
                event(organization, "product.firewall-changed"));
    }

    private static ProductRules rules(String json) throws Exception {
        return RulesText.product(JsonMapper.shared().readTree(json));
    }

    private FindingNote note(OrganizationId owner, String subject, long count) {
        return new FindingNote(
                new FindingNote.Key(owner, FindingKind.NEW_NETWORK, subject),
                Map.of("source", Long.toString(count)),
                count,
                clock.instant(),
                clock.instant());
    }

    private List<Finding> all(OrganizationId owner) {
        return findings.findings(owner, ANY, Optional.empty(), 100);
    }

    private List<Finding> by(Filter filter) {
        return findings.findings(organization, filter, Optional.empty(), 100);
    }

    private Decision decide(OrganizationId owner, FindingId id) {
        return findings.decide(
                owner,
                id,
                FindingState.DISMISSED,
                clock.instant(),
                event(owner, "finding.dismissed"));
    }

    private Sighting sighting(DeviceId device, String place) {
        return new Sighting(organization, device, place, "192.0.2.7", clock.instant());
    }

    private OperationUse use(String operation) {
        return new OperationUse(organization, "token:1", operation, "192.0.2.7", clock.instant());
    }
}
