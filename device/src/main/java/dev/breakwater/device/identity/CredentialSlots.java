/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.device.storage.SealedStorage;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device's two credentials, the current one and the next, and the server's root, in sealed
 * storage.
 *
 * <p>The life of a credential: {@link #keyForNext} makes a key, {@link #completeNext} stores the
 * certificate for it, {@link #promoteNext} makes it current once it has connected. Both slots are
 * one content of storage, so each step is one atomic write. What a power cut between two steps
 * leaves: a key that no slot names, destroyed at the next start; a next key without a certificate,
 * for which the same request is made again; a next credential that was not promoted, which is tried
 * first at the next start.
 *
 * <p>A credential whose key is not where it should be is a {@link KeyUnavailable} and not the
 * absence of a credential: no other key is made in its place. Nor is any key destroyed while the
 * storage is empty, which may mean that it is not mounted.
 *
 * <p>Safe for use by many threads.
 */
public final class CredentialSlots {

    private static final Logger LOG = LoggerFactory.getLogger(CredentialSlots.class);
    private static final String SLOTS = "credentials";
    private static final String TRUST = "server-trust";

    private final SealedStorage storage;
    private final DeviceKeys keys;
    private Optional<SlotRecord> current;
    private Optional<SlotRecord> next;

    private CredentialSlots(SealedStorage storage, DeviceKeys keys, SlotRecord.Pair pair) {
        this.storage = storage;
        this.keys = keys;
        this.current = pair.current();
        this.next = pair.next();
    }

    /**
     * Opens the slots and destroys keys that no slot names.
     *
     * @throws SealedStorage.Damaged if the stored slots were changed
     */
    public static CredentialSlots open(SealedStorage storage, DeviceKeys keys) throws IOException {
        Optional<byte[]> stored = storage.read(SLOTS);
        SlotRecord.Pair pair =
                stored.isPresent()
                        ? SlotRecord.Pair.decode(stored.get())
                        : new SlotRecord.Pair(Optional.empty(), Optional.empty());
        CredentialSlots slots = new CredentialSlots(storage, keys, pair);
        if (stored.isPresent()) {
            slots.destroyKeysOfNoSlot();
        }
        return slots;
    }

    /** What stands between the device's keys and a thief. */
    public KeyProtection protection() {
        return keys.protection();
    }

    /** What can prove to a server that the device's keys live in hardware, if anything can. */
    public Optional<Attester> attester() {
        return keys.attester();
    }

    /**
     * The credential that has connected.
     *
     * @throws KeyUnavailable if its key is not to be had
     */
    public synchronized Optional<Credential> current() throws IOException {
        return credential(current);
    }

    /**
     * The credential that is to connect next, if its certificate has come.
     *
     * @throws KeyUnavailable if its key is not to be had
     */
    public synchronized Optional<Credential> next() throws IOException {
        return credential(next);
    }

    /**
     * The key for the next certificate request: a fresh one, or the one of a request whose answer
     * has not come yet. Asking again with the same key lets the server see that it is the same
     * request (RFC 7030 section 4.2.3).
     *
     * @throws IllegalStateException if the next slot already holds a certificate
     */
    public synchronized DeviceKey keyForNext() throws IOException {
        if (next.isPresent() && !next.get().chain().isEmpty()) {
            throw new IllegalStateException("the next credential is waiting to connect");
        }
        if (next.isPresent()) {
            Optional<DeviceKey> pending = keys.find(next.get().keyName());
            if (pending.isPresent()) {
                return pending.get();
            }
            LOG.warn(
                    "The key {} of the outstanding request is gone; asking with another",
                    next.get().keyName());
        }
        DeviceKey fresh = keys.generate();
        try {
            store(current, Optional.of(new SlotRecord(fresh.name(), List.of())));
        } catch (IOException unnamed) {
            // A medium that is full would take a key more at each attempt.
            destroy(fresh, unnamed);
            throw unnamed;
        }
        return fresh;
    }

    private void destroy(DeviceKey unnamed, IOException why) {
        try {
            keys.destroy(unnamed.name());
        } catch (IOException stays) {
            why.addSuppressed(stays);
        }
    }

    /** Stores the certificate for the key of {@link #keyForNext}. */
    public synchronized void completeNext(VerifiedCertificate certificate) throws IOException {
        SlotRecord pending =
                next.orElseThrow(() -> new IllegalStateException("no certificate was asked for"));
        store(current, Optional.of(new SlotRecord(pending.keyName(), certificate.chain())));
    }

    /**
     * The next credential has connected: it becomes current, and its predecessor's key is
     * destroyed.
     */
    public synchronized void promoteNext() throws IOException {
        if (next.isEmpty() || next.get().chain().isEmpty()) {
            throw new IllegalStateException("there is no next credential to promote");
        }
        store(next, Optional.empty());
        destroyKeysOfNoSlot();
    }

    /** The server refused the next credential, or its request: forgets it and destroys its key. */
    public synchronized void abandonNext() throws IOException {
        store(current, Optional.empty());
        destroyKeysOfNoSlot();
    }

    /** The server's root as it was found at enrollment. */
    public synchronized Optional<ServerTrust> trust(RootFingerprint pin) throws IOException {
        Optional<byte[]> stored = storage.read(TRUST);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ServerTrust.pinned(pin, SlotRecord.decodeTrust(stored.get())));
        } catch (CertificateRefused otherPin) {
            // The product was given another pin since: the root is fetched anew.
            return Optional.empty();
        }
    }

    /** Keeps the server's root. */
    public synchronized void storeTrust(ServerTrust trust) throws IOException {
        storage.write(TRUST, SlotRecord.encodeTrust(trust));
    }

    private Optional<Credential> credential(Optional<SlotRecord> slot) throws IOException {
        if (slot.isEmpty() || slot.get().chain().isEmpty()) {
            return Optional.empty();
        }
        String name = slot.get().keyName();
        DeviceKey key =
                keys.find(name)
                        .orElseThrow(
                                () ->
                                        new KeyUnavailable(
                                                "the key %s of this device's certificate is not where the device keeps its keys: put the token back that holds it and start the device again, or erase the storage and enroll the device anew"
                                                        .formatted(name)));
        List<X509Certificate> chain = slot.get().chain();
        if (!key.publicKey().equals(chain.getFirst().getPublicKey())) {
            throw new KeyUnavailable(
                    "the key %s is not the one this device's certificate was issued for"
                            .formatted(name));
        }
        try {
            return Optional.of(
                    new Credential(key, chain, VerifiedCertificate.deviceIdIn(chain.getFirst())));
        } catch (CertificateRefused impossible) {
            throw new IOException("the stored certificate names no device", impossible);
        }
    }

    private void store(Optional<SlotRecord> newCurrent, Optional<SlotRecord> newNext)
            throws IOException {
        storage.write(SLOTS, new SlotRecord.Pair(newCurrent, newNext).encode());
        current = newCurrent;
        next = newNext;
    }

    private void destroyKeysOfNoSlot() throws IOException {
        for (String name : keys.names()) {
            boolean named =
                    current.filter(slot -> slot.keyName().equals(name)).isPresent()
                            || next.filter(slot -> slot.keyName().equals(name)).isPresent();
            if (!named) {
                keys.destroy(name);
            }
        }
    }
}
