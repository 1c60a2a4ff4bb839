/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/**
 * A credential store in front of a real one, that lets something happen at the very moment after a
 * look-up or a confirmation: how a test plays a race without threads.
 */
public final class HookedCredentials implements CredentialStore {

    private final CredentialStore real;
    private volatile UnaryOperator<CredentialRecord> reading = UnaryOperator.identity();
    private final Queue<Runnable> afterFinds = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> afterConfirmations = new ConcurrentLinkedQueue<>();

    /** In front of {@code real}; without hooks it is just that. */
    public HookedCredentials(CredentialStore real) {
        this.real = real;
    }

    /** From now on every look-up reads this instead of what is there. */
    public void readAs(UnaryOperator<CredentialRecord> other) {
        reading = other;
    }

    /** Happens once, after the next look-up has read and before its caller sees what. */
    public void afterNextFind(Runnable event) {
        afterFinds.add(event);
    }

    /** Happens once, after the next confirmation is durable. */
    public void afterNextConfirmation(Runnable event) {
        afterConfirmations.add(event);
    }

    @Override
    @Unscoped("as in the interface")
    public Optional<CredentialRecord> findToken(CredentialFingerprint fingerprint) {
        return real.findToken(fingerprint);
    }

    @Override
    @Unscoped("as in the interface")
    public boolean hasTokens() {
        return real.hasTokens();
    }

    @Override
    @Unscoped("as in the interface")
    public Optional<CredentialRecord> find(CredentialFingerprint fingerprint) {
        Optional<CredentialRecord> found = real.find(fingerprint);
        runNext(afterFinds);
        return found.map(reading);
    }

    @Override
    @Unscoped("as in the interface")
    public List<CredentialRecord> connectedLast(int countMax) {
        return real.connectedLast(countMax);
    }

    @Override
    public List<Credential> ofDevice(OrganizationId organization, DeviceId device) {
        return real.ofDevice(organization, device);
    }

    @Override
    public List<Credential> ofDevice(
            OrganizationId organization, DeviceId device, Optional<Integer> below, int countMax) {
        return real.ofDevice(organization, device, below, countMax);
    }

    @Override
    public void confirm(
            OrganizationId organization, DeviceId device, int generation, AuditEvent event) {
        real.confirm(organization, device, generation, event);
        runNext(afterConfirmations);
    }

    @Override
    public AttestedKey.Recording attest(
            OrganizationId organization,
            Credential credential,
            String endorsementSha256,
            Instant at,
            AuditEvent event) {
        return real.attest(organization, credential, endorsementSha256, at, event);
    }

    @Override
    public void noteConnected(OrganizationId organization, DeviceId device, Instant at) {
        real.noteConnected(organization, device, at);
    }

    private static void runNext(Queue<Runnable> events) {
        Runnable event = events.poll();
        if (event != null) {
            event.run();
        }
    }
}
