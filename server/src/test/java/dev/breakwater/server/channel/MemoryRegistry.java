/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.ca.ledger.SerialNumber;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.AttestedKey;
import dev.breakwater.server.identity.Credential;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.CredentialRecord;
import dev.breakwater.server.identity.CredentialStatus;
import dev.breakwater.server.identity.CredentialStore;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.DeviceStore;
import dev.breakwater.server.identity.Product;
import dev.breakwater.server.identity.ProductChange;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.identity.StatusChange;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.quota.QuotaProfile;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.risk.RiskProfile;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Devices and credentials in memory, of one organization. */
final class MemoryRegistry implements CredentialStore, DeviceStore {

    final OrganizationId organization = OrganizationId.fresh();
    private final ProductId product = ProductId.fresh();
    private final Map<DeviceId, Device> devices = new ConcurrentHashMap<>();
    private final Map<CredentialFingerprint, Credential> credentials = new ConcurrentHashMap<>();
    private final Set<DeviceId> connected = ConcurrentHashMap.newKeySet();
    private volatile boolean organizationEnabled = true;
    private volatile QuotaProfile quota = QuotaProfile.UNSTATED;
    private volatile boolean available = true;

    void enroll(DeviceId id, DeviceSerial serial, X509Certificate certificate, int generation) {
        Instant now = certificate.getNotBefore().toInstant();
        devices.putIfAbsent(
                id,
                new Device(
                        id,
                        organization,
                        product,
                        serial,
                        DeviceStatus.ACTIVE,
                        "",
                        0,
                        now,
                        Optional.empty(),
                        1));
        CredentialFingerprint fingerprint = fingerprint(certificate);
        credentials.put(
                fingerprint,
                new Credential(
                        fingerprint,
                        organization,
                        id,
                        new SerialNumber("1"),
                        fingerprint.hex(),
                        generation,
                        now,
                        certificate.getNotAfter().toInstant(),
                        CredentialStatus.ACTIVE,
                        Assurance.SOFTWARE_KEY,
                        Optional.empty()));
    }

    static CredentialFingerprint fingerprint(X509Certificate certificate) {
        try {
            return CredentialFingerprint.of(certificate.getEncoded());
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void disableOrganization() {
        organizationEnabled = false;
    }

    /** What the product of all these devices states. */
    void state(QuotaProfile stated) {
        quota = stated;
    }

    /** From now on every read and write fails, as when the database is gone. */
    void fail() {
        available = false;
    }

    boolean hasConnected(DeviceId id) {
        return connected.contains(id);
    }

    void revokeCredential(X509Certificate certificate) {
        credentials.computeIfPresent(
                fingerprint(certificate),
                (key, good) ->
                        new Credential(
                                key,
                                good.organization(),
                                good.device(),
                                good.serialNumber(),
                                good.publicKeySha256(),
                                good.generation(),
                                good.notBefore(),
                                good.notAfter(),
                                CredentialStatus.REVOKED,
                                good.assurance(),
                                good.attestedAt()));
    }

    /** The certificate ends at another moment than it says itself. */
    void endCertificate(X509Certificate certificate, Instant notAfter) {
        credentials.computeIfPresent(
                fingerprint(certificate),
                (key, good) ->
                        new Credential(
                                key,
                                good.organization(),
                                good.device(),
                                good.serialNumber(),
                                good.publicKeySha256(),
                                good.generation(),
                                good.notBefore(),
                                notAfter,
                                good.status(),
                                good.assurance(),
                                good.attestedAt()));
    }

    private void requireAvailable() {
        if (!available) {
            throw new StorageUnavailable("the test took the store away");
        }
    }

    @Override
    @Unscoped("the certificate is what tells whose it is")
    public Optional<CredentialRecord> find(CredentialFingerprint fingerprint) {
        requireAvailable();
        return Optional.ofNullable(credentials.get(fingerprint))
                .map(
                        credential ->
                                new CredentialRecord(
                                        credential,
                                        device(credential.organization(), credential.device())
                                                .orElseThrow(),
                                        organizationEnabled,
                                        quota,
                                        RiskProfile.STANDARD));
    }

    @Override
    @Unscoped("as in the interface")
    public Optional<CredentialRecord> findToken(CredentialFingerprint fingerprint) {
        return Optional.empty();
    }

    @Override
    @Unscoped("as in the interface")
    public boolean hasTokens() {
        return false;
    }

    /** Nobody comes back to what begins empty. */
    @Override
    @Unscoped("as in the interface")
    public List<CredentialRecord> connectedLast(int countMax) {
        return List.of();
    }

    @Override
    public List<Credential> ofDevice(OrganizationId scope, DeviceId device) {
        return credentials.values().stream()
                .filter(credential -> credential.device().equals(device))
                .toList();
    }

    @Override
    public List<Credential> ofDevice(
            OrganizationId scope, DeviceId device, Optional<Integer> below, int countMax) {
        return ofDevice(scope, device).stream()
                .filter(credential -> credential.generation() < below.orElse(Integer.MAX_VALUE))
                .limit(countMax)
                .toList();
    }

    @Override
    public void confirm(OrganizationId scope, DeviceId id, int generation, AuditEvent event) {
        requireAvailable();
        devices.computeIfPresent(
                id,
                (key, before) ->
                        changed(
                                before,
                                before.status(),
                                Math.max(generation, before.confirmedGeneration())));
    }

    private static Device changed(Device before, DeviceStatus status, int confirmedGeneration) {
        return new Device(
                before.id(),
                before.organization(),
                before.product(),
                before.serial(),
                status,
                before.statusReason(),
                confirmedGeneration,
                before.createdAt(),
                before.lastConnectedAt(),
                before.version() + 1);
    }

    @Override
    public AttestedKey.Recording attest(
            OrganizationId organization,
            Credential credential,
            String endorsementSha256,
            Instant at,
            AuditEvent event) {
        throw new UnsupportedOperationException("nothing attests on the channel");
    }

    @Override
    public void noteConnected(OrganizationId scope, DeviceId device, Instant at) {
        connected.add(device);
    }

    @Override
    public StatusChange changeStatus(
            OrganizationId scope,
            DeviceId id,
            DeviceStatus status,
            String reason,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        Device after =
                devices.computeIfPresent(
                        id, (key, before) -> changed(before, status, before.confirmedGeneration()));
        return after == null ? new StatusChange.NoSuchDevice() : new StatusChange.Changed(after);
    }

    @Override
    public Optional<Device> device(OrganizationId scope, DeviceId id) {
        return Optional.ofNullable(devices.get(id));
    }

    @Override
    public Optional<Device> device(OrganizationId scope, DeviceSerial serial) {
        return devices.values().stream()
                .filter(device -> device.serial().equals(serial))
                .findFirst();
    }

    @Override
    public List<Device> devices(
            OrganizationId scope, DeviceFilter filter, Optional<DeviceId> after, int countMax) {
        return List.copyOf(devices.values());
    }

    @Override
    public Optional<Product> addProduct(Product added, AuditEvent event) {
        return Optional.empty();
    }

    @Override
    public ProductChange changeQuota(
            OrganizationId scope,
            ProductId id,
            QuotaProfile stated,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return new ProductChange.NoSuchProduct();
    }

    @Override
    public ProductChange changeRisk(
            OrganizationId scope,
            ProductId id,
            RiskProfile risk,
            Optional<Long> expectedVersion,
            AuditEvent event) {
        return new ProductChange.NoSuchProduct();
    }

    @Override
    public long countExcluded(OrganizationId scope, ProductId id, Assurance lowest) {
        return 0;
    }

    @Override
    public List<DeviceId> below(
            OrganizationId scope,
            ProductId id,
            Assurance lowest,
            Optional<DeviceId> after,
            int countMax) {
        return List.of();
    }

    @Override
    public Optional<Product> product(OrganizationId scope, ProductId id) {
        return Optional.empty();
    }

    @Override
    public List<Product> products(OrganizationId scope, Optional<ProductId> after, int countMax) {
        return List.of();
    }
}
