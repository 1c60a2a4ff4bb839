/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.testkit.TestClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What all store contracts share: a database that a subclass names, two organizations, and a check
 * after each test that the audit chain is whole.
 */
abstract class StoreContract {

    static final Actor OPERATOR = new Actor.TokenHolder("t-1");

    final TestClock clock = TestClock.at(Instant.parse("2027-01-10T08:00:00Z"));
    Database database;
    SqlAuditLog audit;
    SqlOrganizationStore organizations;
    SqlDeviceStore devices;
    OrganizationId organization;
    OrganizationId otherOrganization;

    /** An empty database. */
    abstract DatabaseLocation location();

    @BeforeEach
    void open() {
        database = Database.open(location(), Limits.defaults());
        audit = new SqlAuditLog(database, clock);
        organizations = new SqlOrganizationStore(database, audit);
        devices = new SqlDeviceStore(database, audit, clock, List.of());
        organization = organization("Reef & Sons");
        otherOrganization = organization("Other");
    }

    @AfterEach
    void auditChainIsWhole() {
        assertThat(audit.verify()).isInstanceOf(AuditChain.Verdict.Intact.class);
        database.close();
    }

    OrganizationId organization(String name) {
        OrganizationId id = OrganizationId.fresh();
        organizations.add(
                new Organization(id, name, true, false, clock.instant(), 1),
                event(id, "organization.created"));
        return id;
    }

    ProductId product(OrganizationId owner, String name) {
        Product product = Product.named(ProductId.fresh(), owner, name, clock.instant());
        return devices.addProduct(product, event(owner, "product.created")).orElseThrow().id();
    }

    AuditEvent event(OrganizationId owner, String action) {
        return new AuditEvent(Optional.of(owner), OPERATOR, action, "test", new TreeMap<>());
    }

    List<String> actions(OrganizationId owner) {
        return audit.entries(owner, Long.MAX_VALUE, 100).stream()
                .map(entry -> entry.action())
                .toList();
    }

    static DeviceSerial serial(String text) {
        return new DeviceSerial(text);
    }
}
