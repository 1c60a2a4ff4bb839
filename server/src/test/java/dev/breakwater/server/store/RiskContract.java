/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.identity.Credential;
import dev.breakwater.server.identity.CredentialRecord;
import dev.breakwater.server.identity.DeviceProof;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductChange;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import dev.breakwater.server.store.EnrolledDevices.Enrolled;
import dev.breakwater.testkit.pki.TestKeys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database remembers of risk profiles and of assurance. */
abstract class RiskContract extends StoreContract {

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
    void givesAProductThatSaysNothingTheStandardProfile() {
        assertThat(profile(tanks)).isEqualTo(RiskProfile.STANDARD);
    }

    @Test
    void keepsTheProfileThatAProductWasMadeWith() {
        Product critical =
                Product.named(ProductId.fresh(), organization, "heater", clock.instant())
                        .of(RiskProfile.CRITICAL);
        devices.addProduct(critical, event(organization, "product.created"));
        assertThat(profile(critical.id())).isEqualTo(RiskProfile.CRITICAL);
    }

    @Test
    void changesTheProfileWithinItsOrganizationAndVersionOnly() {
        assertThat(change(otherOrganization, RiskProfile.LOW, Optional.empty()))
                .isEqualTo(new ProductChange.NoSuchProduct());
        ProductChange changed = change(organization, RiskProfile.LOW, Optional.of(1L));
        assertThat(changed)
                .isInstanceOfSatisfying(
                        ProductChange.Changed.class,
                        it -> {
                            assertThat(it.product().risk()).isEqualTo(RiskProfile.LOW);
                            assertThat(it.product().version()).isEqualTo(2);
                        });
        assertThat(change(organization, RiskProfile.CRITICAL, Optional.of(1L)))
                .isInstanceOf(ProductChange.VersionMismatch.class);
        // The same again changes nothing.
        assertThat(change(organization, RiskProfile.LOW, Optional.empty())).isEqualTo(changed);
        assertThat(profile(tanks)).isEqualTo(RiskProfile.LOW);
        assertThat(actions(organization)).containsOnlyOnce("product.risk-profile-changed");
    }

    @Test
    void findsTheProfileOfTheProductAndTheAssuranceWithTheCertificate() throws Exception {
        Enrolled soft = enrolled.enroll(organization, tanks, "tank-1");
        Enrolled hard = enrolled.enroll(organization, tanks, "tank-2", Assurance.HARDWARE_KEY);
        change(organization, RiskProfile.CRITICAL, Optional.empty());

        assertThat(credentials.find(soft.fingerprint()))
                .hasValueSatisfying(
                        record -> {
                            assertThat(record.risk()).isEqualTo(RiskProfile.CRITICAL);
                            assertThat(record.credential().assurance())
                                    .isEqualTo(Assurance.SOFTWARE_KEY);
                        });
        assertThat(credentials.find(hard.fingerprint()))
                .map(CredentialRecord::credential)
                .map(DeviceProof::assurance)
                .contains(Assurance.HARDWARE_KEY);
    }

    @Test
    void keepsTheAssuranceThroughRenewals() throws Exception {
        Enrolled hard = enrolled.enroll(organization, tanks, "tank-1", Assurance.HARDWARE_KEY);
        enrolled.renew(hard, serial("tank-1"), TestKeys.p256());
        assertThat(credentials.ofDevice(organization, hard.id()))
                .hasSize(2)
                .extracting(Credential::assurance)
                .containsOnly(Assurance.HARDWARE_KEY);
    }

    @Test
    void countsTheDevicesThatAProfileWouldExclude() throws Exception {
        ProductId others = product(organization, "other");
        enrolled.enroll(organization, others, "other-1");
        enrolled.enroll(organization, tanks, "tank-1");
        Enrolled suspended = enrolled.enroll(organization, tanks, "tank-2");
        enrolled.enroll(organization, tanks, "tank-3", Assurance.HARDWARE_KEY);

        assertThat(excluded(Assurance.TOKEN)).isZero();
        assertThat(excluded(Assurance.SOFTWARE_KEY)).isZero();
        assertThat(excluded(Assurance.HARDWARE_KEY)).isEqualTo(2);
        assertThat(excluded(Assurance.ATTESTED)).isEqualTo(3);
        assertThat(devices.countExcluded(otherOrganization, tanks, Assurance.ATTESTED)).isZero();

        // Who is out already is not excluded by a profile.
        devices.changeStatus(
                organization,
                suspended.id(),
                DeviceStatus.SUSPENDED,
                "odd",
                Optional.empty(),
                event(organization, "device.suspended"));
        assertThat(excluded(Assurance.HARDWARE_KEY)).isEqualTo(1);
        clock.advance(Duration.ofDays(400));
        assertThat(excluded(Assurance.ATTESTED)).isZero();
    }

    @Test
    void listsTheDevicesBelowALevelPageByPage() throws Exception {
        DeviceId first = enrolled.enroll(organization, tanks, "tank-1").id();
        DeviceId second = enrolled.enroll(organization, tanks, "tank-2").id();
        enrolled.enroll(organization, tanks, "tank-3", Assurance.HARDWARE_KEY);

        assertThat(below(Optional.empty(), 10)).containsExactly(first, second);
        assertThat(below(Optional.empty(), 1)).containsExactly(first);
        assertThat(below(Optional.of(first), 10)).containsExactly(second);
        assertThat(
                        devices.below(
                                otherOrganization,
                                tanks,
                                Assurance.HARDWARE_KEY,
                                Optional.empty(),
                                10))
                .isEmpty();
        assertThat(devices.below(organization, tanks, Assurance.SOFTWARE_KEY, Optional.empty(), 10))
                .isEmpty();
    }

    private List<DeviceId> below(Optional<DeviceId> after, int countMax) {
        return devices.below(organization, tanks, Assurance.HARDWARE_KEY, after, countMax);
    }

    private long excluded(Assurance lowest) {
        return devices.countExcluded(organization, tanks, lowest);
    }

    private RiskProfile profile(ProductId id) {
        return devices.product(organization, id).orElseThrow().risk();
    }

    private ProductChange change(
            OrganizationId owner, RiskProfile risk, Optional<Long> expectedVersion) {
        return devices.changeRisk(
                owner, tanks, risk, expectedVersion, event(owner, "product.risk-profile-changed"));
    }
}
