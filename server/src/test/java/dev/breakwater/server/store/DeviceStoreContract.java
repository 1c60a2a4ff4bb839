/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.CredentialRecord;
import dev.breakwater.server.identity.CredentialStatus;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.DeviceStore.DeviceFilter;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductChange;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.identity.StatusChange;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.quota.Quota;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.store.EnrolledDevices.Enrolled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link DeviceStore} does, on every database. */
abstract class DeviceStoreContract extends StoreContract {

    private static final DeviceFilter NO_FILTER = filter(Optional.empty(), Optional.empty());

    private EnrolledDevices enrolled;
    private SqlCredentialStore credentials;
    private ProductId tanks;

    @BeforeEach
    void makeProduct() {
        enrolled = new EnrolledDevices(this);
        credentials = new SqlCredentialStore(database, audit);
        tanks = product(organization, "tank");
    }

    @Test
    void showsADeviceAsItsLastChangeLeftItAndToItsOrganizationOnly() throws Exception {
        DeviceId tank = enrolled.enroll(organization, tanks, "T-1").id();
        assertThat(read(tank).status()).isEqualTo(DeviceStatus.ACTIVE);
        assertThat(devices.device(otherOrganization, tank)).isEmpty();
        change(tank, DeviceStatus.SUSPENDED, Optional.empty());
        assertThat(read(tank).status()).isEqualTo(DeviceStatus.SUSPENDED);
        long version = read(tank).version();
        credentials.confirm(organization, tank, 2, event(organization, "x"));
        assertThat(read(tank).version()).isEqualTo(version + 1);
        credentials.noteConnected(organization, tank, clock.instant());
        credentials.close();
        change(tank, DeviceStatus.REVOKED, Optional.empty());
        assertThat(read(tank).status()).isEqualTo(DeviceStatus.REVOKED);
        assertThat(read(tank).lastConnectedAt()).contains(clock.instant());
        assertThat(devices.device(otherOrganization, tank)).isEmpty();
    }

    private Device read(DeviceId id) {
        return devices.device(organization, id).orElseThrow();
    }

    @Test
    void keepsProductsOfOneNameApartByOrganizationOnly() {
        Product again = Product.named(ProductId.fresh(), organization, "tank", clock.instant());

        assertThat(devices.addProduct(again, event(organization, "product.created"))).isEmpty();
        assertThat(product(otherOrganization, "tank")).isNotEqualTo(tanks);
        assertThat(actions(organization)).containsOnlyOnce("product.created");
    }

    @Test
    void showsAProductToItsOrganizationOnly() {
        assertThat(devices.product(organization, tanks)).map(Product::name).contains("tank");
        assertThat(devices.product(otherOrganization, tanks)).isEmpty();
        assertThat(devices.products(otherOrganization, Optional.empty(), 10)).isEmpty();
    }

    @Test
    void replacesTheQuotasOfAProductWithinItsOrganizationOnly() {
        QuotaProfile stated =
                new QuotaProfile(Map.of(Quota.PUBLISHES_PER_SECOND, 7, Quota.INFLIGHT, 3));
        assertThat(
                        devices.changeQuota(
                                otherOrganization,
                                tanks,
                                stated,
                                Optional.empty(),
                                event(otherOrganization, "product.quota-changed")))
                .isEqualTo(new ProductChange.NoSuchProduct());
        ProductChange changed = changeQuota(stated, Optional.of(1L));

        assertThat(changed)
                .isInstanceOfSatisfying(
                        ProductChange.Changed.class,
                        it -> {
                            assertThat(it.product().quota()).isEqualTo(stated);
                            assertThat(it.product().version()).isEqualTo(2);
                        });
        assertThat(devices.product(organization, tanks)).map(Product::quota).contains(stated);
        assertThat(changeQuota(QuotaProfile.UNSTATED, Optional.of(1L)))
                .isInstanceOf(ProductChange.VersionMismatch.class);
        // The same again changes nothing.
        assertThat(changeQuota(stated, Optional.empty())).isEqualTo(changed);
        assertThat(actions(organization)).containsOnlyOnce("product.quota-changed");

        changeQuota(QuotaProfile.UNSTATED, Optional.of(2L));
        assertThat(devices.product(organization, tanks))
                .map(Product::quota)
                .contains(QuotaProfile.UNSTATED);
    }

    @Test
    void findsTheQuotasOfTheProductWithTheCertificate() throws Exception {
        Enrolled device = enrolled.enroll(organization, tanks, "tank-1");
        QuotaProfile stated = new QuotaProfile(Map.of(Quota.PAYLOAD_BYTES, 4_096));
        changeQuota(stated, Optional.empty());

        assertThat(credentials.find(device.fingerprint()))
                .map(CredentialRecord::quota)
                .contains(stated);
    }

    private ProductChange changeQuota(QuotaProfile quota, Optional<Long> expectedVersion) {
        return devices.changeQuota(
                organization,
                tanks,
                quota,
                expectedVersion,
                event(organization, "product.quota-changed"));
    }

    @Test
    void listsProductsPageByPage() {
        ProductId lamps = product(organization, "lamp");

        List<Product> first = devices.products(organization, Optional.empty(), 1);
        List<Product> second =
                devices.products(organization, Optional.of(first.getFirst().id()), 1);

        assertThat(first).extracting(Product::id).containsExactly(tanks);
        assertThat(second).extracting(Product::id).containsExactly(lamps);
    }

    @Test
    void findsADeviceByIdAndBySerialWithinItsOrganizationOnly() throws Exception {
        Enrolled device = enrolled.enroll(organization, tanks, "tank-1");

        assertThat(devices.device(organization, device.id()))
                .map(Device::serial)
                .contains(serial("tank-1"));
        assertThat(devices.device(organization, serial("tank-1")))
                .map(Device::id)
                .contains(device.id());
        assertThat(devices.device(otherOrganization, device.id())).isEmpty();
        assertThat(devices.device(otherOrganization, serial("tank-1"))).isEmpty();
    }

    @Test
    void listsDevicesFilteredAndPageByPage() throws Exception {
        ProductId lamps = product(organization, "lamp");
        Enrolled tank = enrolled.enroll(organization, tanks, "tank-1");
        Enrolled lamp = enrolled.enroll(organization, lamps, "lamp-1");
        change(lamp.id(), DeviceStatus.SUSPENDED, Optional.empty());

        assertThat(ids(NO_FILTER)).containsExactly(tank.id(), lamp.id());
        assertThat(ids(filter(Optional.of(lamps), Optional.empty()))).containsExactly(lamp.id());
        assertThat(ids(filter(Optional.empty(), Optional.of(DeviceStatus.ACTIVE))))
                .containsExactly(tank.id());
        assertThat(devices.devices(organization, NO_FILTER, Optional.of(tank.id()), 10))
                .extracting(Device::id)
                .containsExactly(lamp.id());
    }

    @Test
    void suspendsAndReinstatesWithReasonVersionAndAuditEntry() throws Exception {
        Enrolled device = enrolled.enroll(organization, tanks, "tank-1");

        StatusChange suspended = change(device.id(), DeviceStatus.SUSPENDED, Optional.of(1L));

        assertThat(suspended).isInstanceOf(StatusChange.Changed.class);
        Device now = devices.device(organization, device.id()).orElseThrow();
        assertThat(now.status()).isEqualTo(DeviceStatus.SUSPENDED);
        assertThat(now.statusReason()).isEqualTo("because");
        assertThat(now.version()).isEqualTo(2);
        assertThat(actions(organization)).contains("device.suspended");
        assertThat(change(device.id(), DeviceStatus.ACTIVE, Optional.empty()))
                .isInstanceOf(StatusChange.Changed.class);
    }

    @Test
    void refusesAChangeOfAnotherVersion() throws Exception {
        Enrolled device = enrolled.enroll(organization, tanks, "tank-1");

        assertThat(change(device.id(), DeviceStatus.SUSPENDED, Optional.of(7L)))
                .isInstanceOf(StatusChange.VersionMismatch.class);
        assertThat(actions(organization)).doesNotContain("device.suspended");
    }

    @Test
    void refusesToChangeADeviceOfAnotherOrganization() throws Exception {
        Enrolled device = enrolled.enroll(organization, tanks, "tank-1");

        StatusChange outcome =
                devices.changeStatus(
                        otherOrganization,
                        device.id(),
                        DeviceStatus.REVOKED,
                        "because",
                        Optional.empty(),
                        event(otherOrganization, "device.revoked"));

        assertThat(outcome).isInstanceOf(StatusChange.NoSuchDevice.class);
        assertThat(devices.device(organization, device.id()))
                .map(Device::status)
                .contains(DeviceStatus.ACTIVE);
    }

    @Test
    void revokingTakesTheCredentialsAndWhatWaitsWithIt() throws Exception {
        List<DeviceId> dropped = new ArrayList<>();
        devices =
                new SqlDeviceStore(
                        database,
                        audit,
                        clock,
                        List.of((transaction, owner, id) -> dropped.add(id)));
        Enrolled device = enrolled.enroll(organization, tanks, "tank-1");

        change(device.id(), DeviceStatus.REVOKED, Optional.empty());

        assertThat(credentials.ofDevice(organization, device.id()))
                .allMatch(credential -> credential.status() == CredentialStatus.REVOKED);
        assertThat(dropped).containsExactly(device.id());
    }

    @Test
    void revokingLeavesNothingHalfDoneWhenAConsequenceFails() throws Exception {
        Enrolled device = enrolled.enroll(organization, tanks, "tank-1");
        SqlDeviceStore failing =
                new SqlDeviceStore(
                        database,
                        audit,
                        clock,
                        List.of(
                                (transaction, owner, id) -> {
                                    throw new IllegalStateException("the queue is broken");
                                }));

        assertThatThrownBy(
                        () ->
                                failing.changeStatus(
                                        organization,
                                        device.id(),
                                        DeviceStatus.REVOKED,
                                        "because",
                                        Optional.empty(),
                                        event(organization, "device.revoked")))
                .hasMessage("the queue is broken");

        assertThat(devices.device(organization, device.id()))
                .map(Device::status)
                .contains(DeviceStatus.ACTIVE);
        assertThat(credentials.ofDevice(organization, device.id()))
                .allMatch(credential -> credential.status() == CredentialStatus.ACTIVE);
        assertThat(actions(organization)).doesNotContain("device.revoked");
    }

    @Test
    void neverReinstatesARevokedDevice() throws Exception {
        Enrolled device = enrolled.enroll(organization, tanks, "tank-1");
        change(device.id(), DeviceStatus.REVOKED, Optional.empty());

        assertThat(change(device.id(), DeviceStatus.ACTIVE, Optional.empty()))
                .isInstanceOf(StatusChange.NotPossible.class);
        assertThat(change(device.id(), DeviceStatus.REVOKED, Optional.empty()))
                .isInstanceOf(StatusChange.Changed.class);
    }

    @Test
    void letsTheHardwareOfARevokedDeviceComeBackAsANewDevice() throws Exception {
        Enrolled first = enrolled.enroll(organization, tanks, "tank-1");
        change(first.id(), DeviceStatus.REVOKED, Optional.empty());

        Enrolled second = enrolled.enroll(organization, tanks, "tank-1");

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(devices.device(organization, serial("tank-1")))
                .map(Device::id)
                .contains(second.id());
    }

    @Test
    void disablesAnOrganization() {
        assertThat(
                        organizations.enable(
                                organization, false, event(organization, "organization.disabled")))
                .hasValueSatisfying(now -> assertThat(now.enabled()).isFalse());
        assertThat(organizations.enable(OrganizationId.fresh(), false, event(organization, "x")))
                .isEmpty();
        assertThat(actions(organization)).contains("organization.disabled").doesNotContain("x");
        assertThat(organizations.organizations(Optional.empty(), 10)).hasSize(2);
    }

    private static DeviceFilter filter(Optional<ProductId> product, Optional<DeviceStatus> status) {
        return new DeviceFilter(product, status, Optional.empty(), Optional.empty());
    }

    private List<DeviceId> ids(DeviceFilter filter) {
        return devices.devices(organization, filter, Optional.empty(), 10).stream()
                .map(Device::id)
                .toList();
    }

    private StatusChange change(DeviceId id, DeviceStatus status, Optional<Long> version) {
        AuditEvent event = event(organization, "device." + status.code());
        return devices.changeStatus(organization, id, status, "because", version, event);
    }
}
