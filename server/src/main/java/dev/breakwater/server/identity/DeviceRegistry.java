/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.risk.Assurance;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Admits devices by their certificate or token, and nothing else about them. Methods read the
 * store, unless they remember what it says, and block; they belong on virtual threads.
 *
 * <p>A connection is admitted, attaches its session, and then asks {@link #confirm} whether the
 * admission still stands; {@link RegistryVersion} explains why a revocation cannot slip between.
 */
public final class DeviceRegistry {

    private final CredentialStore credentials;
    private final RecentReadings readings;
    private final int recollected;
    private final Duration lapsedMax;
    private final CertificateDiagnosis diagnosis;
    private final DeviceLifecycle lifecycle;
    private final Clock clock;
    private final RegistryVersion version;
    private volatile boolean tokensExpected;

    /**
     * Wires the registry.
     *
     * @param ourAuthorities root and issuing certificates, to tell forgeries apart in the
     *     operator's log
     * @param version shared with all who change the registry
     */
    public DeviceRegistry(
            CredentialStore credentials,
            List<X509Certificate> ourAuthorities,
            DeviceLifecycle lifecycle,
            Limits limits,
            Clock clock,
            RegistryVersion version) {
        this.credentials = credentials;
        int readingsMax = limits.of(Limit.REGISTRY_READINGS);
        // Half of the table: fuller, and they would push each other out.
        this.recollected = readingsMax / 2;
        this.readings =
                new RecentReadings(
                        readingsMax,
                        limits.seconds(Limit.REGISTRY_READING_SECONDS),
                        version,
                        clock);
        this.lapsedMax = Duration.ofDays(limits.of(Limit.LAPSED_CERTIFICATE_DAYS));
        this.diagnosis = new CertificateDiagnosis(ourAuthorities);
        this.lifecycle = lifecycle;
        this.clock = clock;
        this.version = version;
        this.tokensExpected = credentials.hasTokens();
    }

    /** Judges the leaf certificate of a TLS peer that has proved possession of its key. */
    public Admission admit(X509Certificate leaf) {
        CredentialFingerprint fingerprint;
        try {
            fingerprint = CredentialFingerprint.of(leaf.getEncoded());
        } catch (CertificateEncodingException unreadable) {
            return unknown(RefusalReason.CERTIFICATE_UNREADABLE, Map.of());
        }
        Optional<Reading> found = read(fingerprint, credentials::find);
        return found.isEmpty()
                ? unknown(diagnosis.of(leaf, clock.instant()), describe(leaf, fingerprint))
                : judged(found.get(), describe(leaf, fingerprint));
    }

    /** Judges the token that a TLS peer without a certificate has shown. */
    public Admission admit(DeviceTokenText token) {
        CredentialFingerprint fingerprint = token.fingerprint();
        // A hash of 256 random bits gives nothing away, and lets the operator compare.
        Map<String, String> details = Map.of("fingerprint", fingerprint.hex());
        return read(fingerprint, credentials::findToken)
                .map(reading -> judged(reading, details))
                .orElseGet(() -> unknown(RefusalReason.DEVICE_TOKEN_UNKNOWN, details));
    }

    /**
     * Judges a certificate that {@link #admit} refused because it has ended: what a device needs
     * besides an operator's approval to get the next one.
     */
    public Lapse lapsed(X509Certificate leaf) {
        Optional<Reading> found;
        try {
            found = read(CredentialFingerprint.of(leaf.getEncoded()), credentials::find);
        } catch (CertificateEncodingException unreadable) {
            return new Lapse.NotRenewed(RefusalReason.CERTIFICATE_UNREADABLE);
        }
        if (found.isEmpty()
                || !(found.get().record().credential() instanceof Credential credential)) {
            return new Lapse.NotRenewed(RefusalReason.CERTIFICATE_UNREGISTERED);
        }
        // Everything but its end is judged as it is for a certificate that is good.
        Instant lastMoment = credential.notAfter().minusMillis(1);
        Optional<RefusalReason> refusal = judge(found.get().record(), lastMoment);
        if (refusal.isPresent()) {
            return new Lapse.NotRenewed(refusal.get());
        }
        return clock.instant().isBefore(credential.notAfter().plus(lapsedMax))
                ? new Lapse.Lapsed(new LapsedDevice(found.get().record().device(), credential))
                : new Lapse.NotRenewed(RefusalReason.CERTIFICATE_LAPSED_TOO_LONG);
    }

    /**
     * Judges a certificate as {@link #admit} does, but for one thing: where the product asks for an
     * attested key, one that its maker says is in hardware is enough to come and attest it.
     */
    public Attesting admitToAttest(X509Certificate leaf) {
        CredentialFingerprint fingerprint;
        try {
            fingerprint = CredentialFingerprint.of(leaf.getEncoded());
        } catch (CertificateEncodingException unreadable) {
            return new Attesting.Refused(unknown(RefusalReason.CERTIFICATE_UNREADABLE, Map.of()));
        }
        Optional<Reading> found = read(fingerprint, credentials::find);
        if (found.isEmpty()
                || !(found.get().record().credential() instanceof Credential credential)) {
            return new Attesting.Refused(
                    unknown(diagnosis.of(leaf, clock.instant()), describe(leaf, fingerprint)));
        }
        CredentialRecord known = found.get().record();
        Optional<RefusalReason> refusal =
                judge(known, clock.instant(), known.risk().terms().lowestStated());
        return refusal.isPresent()
                ? new Attesting.Refused(refused(known, refusal.get(), describe(leaf, fingerprint)))
                : new Attesting.Proven(
                        new AttestingDevice(known.device(), credential, leaf.getPublicKey()));
    }

    /**
     * Records that the key of a device's credential is attested: it is on disk, and counts at every
     * gate, when this returns. Blocks.
     */
    public AttestedKey.Recording attest(AttestingDevice device, AttestedKey attested) {
        AttestedKey.Recording recording =
                credentials.attest(
                        device.organization(),
                        device.credential(),
                        attested.endorsementSha256(),
                        clock.instant(),
                        AuditEvent.of(
                                device.organization(),
                                new Actor.ProvenDevice(device.id()),
                                AuditAction.CREDENTIAL_ATTESTED,
                                "device:" + device.id(),
                                attested.details()));
        // What is remembered of the credential says less than is true now.
        version.rise(device.id());
        return recording;
    }

    private Admission judged(Reading reading, Map<String, String> details) {
        CredentialRecord known = reading.record();
        Optional<RefusalReason> refusal = judge(known, clock.instant());
        return refusal.isEmpty()
                ? new Admission.Admitted(new AuthenticatedDevice(reading))
                : refused(known, refusal.get(), details);
    }

    private Admission.Refused refused(
            CredentialRecord known, RefusalReason refusal, Map<String, String> details) {
        if (refusal == RefusalReason.CERTIFICATE_SUPERSEDED
                || refusal == RefusalReason.DEVICE_TOKEN_SUPERSEDED) {
            lifecycle.quarantineClone(known);
        }
        return new Admission.Refused(
                refusal,
                Optional.of(known.device().organization()),
                Optional.of(known.device().id()),
                details);
    }

    /**
     * Takes a device off whose proof turned out to be in two hands. Blocks.
     *
     * @param reason how it turned out, shown wherever the device is shown
     */
    public void quarantineClone(AuthenticatedDevice device, String reason) {
        lifecycle.quarantineClone(device.organization(), device.id(), reason);
    }

    /**
     * Whether somebody without a certificate may turn out to be a device: as long as no device has
     * a token, nobody needs to be listened to who has none. Never blocks.
     */
    public boolean expectsTokens() {
        return tokensExpected;
    }

    /** Called after a token is durable. */
    void expectTokens() {
        tokensExpected = true;
    }

    /**
     * As {@link #admit}, for a device that was looked up a moment ago and may come in. Never
     * blocks; empty says nothing but that {@link #admit} has to be asked.
     */
    public Optional<AuthenticatedDevice> recall(X509Certificate leaf) {
        try {
            return recall(CredentialFingerprint.of(leaf.getEncoded()));
        } catch (CertificateEncodingException unreadable) {
            return Optional.empty();
        }
    }

    /** As {@link #recall(X509Certificate)}, for the token of such a device. */
    public Optional<AuthenticatedDevice> recall(DeviceTokenText token) {
        return recall(token.fingerprint());
    }

    private Optional<AuthenticatedDevice> recall(CredentialFingerprint fingerprint) {
        return readings.find(fingerprint)
                .filter(reading -> judge(reading.record(), clock.instant()).isEmpty())
                .map(AuthenticatedDevice::new);
    }

    /**
     * Looks up together who connected last, so that a fleet that comes back after the server was
     * away need not be read one by one. Blocks.
     */
    public void recollect() {
        long before = version.current();
        long atMillis = clock.millis();
        credentials
                .connectedLast(recollected)
                .forEach(record -> readings.keep(new Reading(record, before, atMillis)));
    }

    private Optional<Reading> readAgain(DeviceProof proof) {
        return switch (proof) {
            case Credential certificate -> read(certificate.fingerprint(), credentials::find);
            case DeviceToken token -> read(token.fingerprint(), credentials::findToken);
        };
    }

    private Optional<Reading> read(
            CredentialFingerprint fingerprint,
            Function<CredentialFingerprint, Optional<CredentialRecord>> store) {
        Optional<Reading> recent = readings.find(fingerprint);
        if (recent.isPresent()) {
            return recent;
        }
        // In this order: what changes during the look-up must find the version lower than its own.
        long before = version.current();
        long atMillis = clock.millis();
        Optional<Reading> fresh =
                store.apply(fingerprint).map(record -> new Reading(record, before, atMillis));
        fresh.ifPresent(readings::keep);
        return fresh;
    }

    private static Optional<RefusalReason> judge(CredentialRecord known, Instant now) {
        return judge(known, now, known.risk().terms().lowestAssurance());
    }

    /** The order is from the one cause that ends everything to the one that ends least. */
    private static Optional<RefusalReason> judge(
            CredentialRecord known, Instant now, Assurance lowest) {
        DeviceProof credential = known.credential();
        if (!known.organizationEnabled()) {
            return Optional.of(RefusalReason.ORGANIZATION_DISABLED);
        }
        switch (known.device().status()) {
            case REVOKED -> {
                return Optional.of(RefusalReason.DEVICE_REVOKED);
            }
            case QUARANTINED -> {
                return Optional.of(RefusalReason.DEVICE_QUARANTINED);
            }
            case SUSPENDED -> {
                return Optional.of(RefusalReason.DEVICE_SUSPENDED);
            }
            case ACTIVE -> {}
        }
        if (credential.status() == CredentialStatus.REVOKED) {
            return Optional.of(
                    of(
                            credential,
                            RefusalReason.CERTIFICATE_REVOKED,
                            RefusalReason.DEVICE_TOKEN_REVOKED));
        }
        if (now.isBefore(credential.notBefore())) {
            return Optional.of(
                    of(
                            credential,
                            RefusalReason.CERTIFICATE_NOT_YET_VALID,
                            RefusalReason.DEVICE_TOKEN_NOT_YET_VALID));
        }
        if (!now.isBefore(credential.notAfter())) {
            return Optional.of(
                    of(
                            credential,
                            RefusalReason.CERTIFICATE_EXPIRED,
                            RefusalReason.DEVICE_TOKEN_EXPIRED));
        }
        if (!credential.assurance().meets(lowest)) {
            return Optional.of(RefusalReason.ASSURANCE_TOO_LOW);
        }
        if (credential.generation() < known.device().confirmedGeneration()) {
            return Optional.of(
                    of(
                            credential,
                            RefusalReason.CERTIFICATE_SUPERSEDED,
                            RefusalReason.DEVICE_TOKEN_SUPERSEDED));
        }
        return Optional.empty();
    }

    private static RefusalReason of(
            DeviceProof proof, RefusalReason ofCertificate, RefusalReason ofToken) {
        return switch (proof) {
            case Credential _ -> ofCertificate;
            case DeviceToken _ -> ofToken;
        };
    }

    /**
     * Says whether an admission still stands, after the session has been attached. Notes the
     * generation as the newest that has connected.
     */
    public boolean confirm(AuthenticatedDevice device) {
        return confirmAtOnce(device).orElseGet(() -> confirmFromStore(device));
    }

    /** As {@link #confirm}, if the store has no say in it; empty if it has. Never blocks. */
    public Optional<Boolean> confirmAtOnce(AuthenticatedDevice device) {
        if (device.firstOfItsGeneration() || !stands(device)) {
            return Optional.empty();
        }
        if (judge(device.reading().record(), clock.instant()).isPresent()) {
            return Optional.of(false);
        }
        credentials.noteConnected(device.organization(), device.id(), clock.instant());
        return Optional.of(true);
    }

    private boolean stands(AuthenticatedDevice device) {
        return version.stands(device.reading().version(), device.id(), device.organization());
    }

    private boolean confirmFromStore(AuthenticatedDevice device) {
        Optional<Reading> now =
                stands(device) ? Optional.of(device.reading()) : readAgain(device.credential());
        if (now.isEmpty() || judge(now.get().record(), clock.instant()).isPresent()) {
            return false;
        }
        if (device.firstOfItsGeneration()) {
            int generation = device.credential().generation();
            credentials.confirm(
                    device.organization(),
                    device.id(),
                    generation,
                    AuditEvent.of(
                            device.organization(),
                            new Actor.ProvenDevice(device.id()),
                            AuditAction.CREDENTIAL_CONFIRMED,
                            "device:" + device.id(),
                            Map.of("generation", Integer.toString(generation))));
            // An older generation that was admitted in the meantime must be looked up again.
            version.rise(device.id());
        }
        credentials.noteConnected(device.organization(), device.id(), clock.instant());
        return true;
    }

    private static Admission.Refused unknown(RefusalReason reason, Map<String, String> details) {
        return new Admission.Refused(reason, Optional.empty(), Optional.empty(), details);
    }

    private static Map<String, String> describe(
            X509Certificate leaf, CredentialFingerprint fingerprint) {
        Map<String, String> details = new TreeMap<>();
        details.put("fingerprint", fingerprint.hex());
        details.put("subject", leaf.getSubjectX500Principal().getName());
        details.put("issuer", leaf.getIssuerX500Principal().getName());
        details.put("not-after", leaf.getNotAfter().toInstant().toString());
        return details;
    }
}
