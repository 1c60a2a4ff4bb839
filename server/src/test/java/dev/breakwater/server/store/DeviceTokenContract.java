/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.CredentialRecord;
import dev.breakwater.server.identity.CredentialStatus;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceProof;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.DeviceToken;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.store.EnrolledDevices.Enrolled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database does with devices' tokens. */
abstract class DeviceTokenContract extends StoreContract {

    private SqlDeviceTokenStore tokens;
    private SqlDeviceStore revoking;
    private SqlCredentialStore credentials;
    private ProductId beacons;

    @BeforeEach
    void makeProduct() {
        tokens = new SqlDeviceTokenStore(database, audit, clock);
        revoking = new SqlDeviceStore(database, audit, clock, List.of(tokens));
        credentials = new SqlCredentialStore(database, audit);
        beacons = product(organization, "beacon");
    }

    @Test
    void storesADeviceTogetherWithItsFirstTokenAndFindsBoth() {
        DeviceToken first = register("beacon-1").orElseThrow();

        assertThat(credentials.hasTokens()).isTrue();
        assertThat(devices.device(organization, serial("beacon-1")))
                .map(Device::id)
                .contains(first.device());
        assertThat(credentials.findToken(first.fingerprint()))
                .hasValueSatisfying(
                        record -> {
                            assertThat(record.credential()).isEqualTo(first);
                            assertThat(record.credential().assurance()).isEqualTo(Assurance.TOKEN);
                            assertThat(record.device().serial()).isEqualTo(serial("beacon-1"));
                            assertThat(record.organizationEnabled()).isTrue();
                        });
        // A certificate's fingerprint finds no token, nor the other way round.
        assertThat(credentials.find(first.fingerprint())).isEmpty();
        assertThat(credentials.findToken(fingerprint())).isEmpty();
        assertThat(actions(organization)).contains("device.registered");
    }

    @Test
    void storesNothingIfTheSerialIsTaken() {
        assertThat(register("beacon-1")).isPresent();
        assertThat(register("beacon-1")).isEmpty();
        assertThat(actions(organization)).containsOnlyOnce("device.registered");
    }

    @Test
    void addsTokensInTheNextGenerationAndRevokesThoseThatNeverConnected() {
        DeviceToken first = register("beacon-1").orElseThrow();
        DeviceToken second = add(organization, first.device()).orElseThrow();
        assertThat(second.generation()).isEqualTo(2);
        assertThat(status(first)).contains(CredentialStatus.REVOKED);

        credentials.confirm(
                organization, first.device(), 2, event(organization, "credential.confirmed"));
        DeviceToken third = add(organization, first.device()).orElseThrow();
        assertThat(status(second)).contains(CredentialStatus.ACTIVE);
        DeviceToken fourth = add(organization, first.device()).orElseThrow();
        assertThat(status(third)).contains(CredentialStatus.REVOKED);
        assertThat(tokens.tokensOf(organization, first.device(), Optional.empty(), 10))
                .extracting(DeviceToken::generation)
                .containsExactly(4, 3, 2, 1);
        assertThat(tokens.tokensOf(organization, first.device(), Optional.of(4), 2))
                .extracting(DeviceToken::generation)
                .containsExactly(3, 2);
        assertThat(fourth.generation()).isEqualTo(4);
    }

    @Test
    void countsGenerationsTogetherWithCertificates() throws Exception {
        Enrolled device = new EnrolledDevices(this).enroll(organization, beacons, "beacon-1");
        assertThat(add(organization, device.id())).map(DeviceToken::generation).contains(2);
    }

    @Test
    void addsNothingForForeignOrInactiveDevices() {
        DeviceId device = register("beacon-1").orElseThrow().device();
        assertThat(add(otherOrganization, device)).isEmpty();
        assertThat(tokens.tokensOf(otherOrganization, device, Optional.empty(), 10)).isEmpty();
        change(device, DeviceStatus.SUSPENDED);
        assertThat(add(organization, device)).isEmpty();
    }

    @Test
    void revokesTokensWithTheirDevice() {
        DeviceToken token = register("beacon-1").orElseThrow();
        DeviceToken neighbours = register("beacon-2").orElseThrow();
        change(token.device(), DeviceStatus.REVOKED);
        assertThat(status(token)).contains(CredentialStatus.REVOKED);
        assertThat(status(neighbours)).contains(CredentialStatus.ACTIVE);
    }

    @Test
    void countsDevicesWithTokensAmongThoseThatAProfileExcludes() {
        DeviceId device = register("beacon-1").orElseThrow().device();
        assertThat(devices.countExcluded(organization, beacons, Assurance.TOKEN)).isZero();
        assertThat(devices.countExcluded(organization, beacons, Assurance.SOFTWARE_KEY))
                .isEqualTo(1);
        assertThat(
                        devices.below(
                                organization,
                                beacons,
                                Assurance.SOFTWARE_KEY,
                                Optional.empty(),
                                10))
                .containsExactly(device);
    }

    private void change(DeviceId device, DeviceStatus status) {
        revoking.changeStatus(
                organization,
                device,
                status,
                "the test says so",
                Optional.empty(),
                event(organization, "device.changed"));
    }

    private Optional<CredentialStatus> status(DeviceToken token) {
        return credentials
                .findToken(token.fingerprint())
                .map(CredentialRecord::credential)
                .map(DeviceProof::status);
    }

    private Optional<DeviceToken> add(OrganizationId owner, DeviceId device) {
        Instant now = clock.instant();
        return tokens.add(
                owner,
                device,
                fingerprint(),
                now,
                now.plus(Duration.ofDays(90)),
                event(owner, "device-token.created"));
    }

    private Optional<DeviceToken> register(String serial) {
        Instant now = clock.instant();
        Device device =
                new Device(
                        DeviceId.fresh(),
                        organization,
                        beacons,
                        serial(serial),
                        DeviceStatus.ACTIVE,
                        "",
                        0,
                        now,
                        Optional.empty(),
                        1);
        DeviceToken first =
                new DeviceToken(
                        fingerprint(),
                        organization,
                        device.id(),
                        1,
                        now,
                        now.plus(Duration.ofDays(90)),
                        CredentialStatus.ACTIVE);
        return tokens.register(device, first, List.of(event(organization, "device.registered")))
                ? Optional.of(first)
                : Optional.empty();
    }

    private static CredentialFingerprint fingerprint() {
        return CredentialFingerprint.of(
                UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
    }
}
