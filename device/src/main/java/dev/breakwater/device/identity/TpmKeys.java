/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.tpm.Certification;
import dev.breakwater.device.tpm.Endorsement;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.device.tpm.TpmFailure;
import dev.breakwater.device.tpm.WrappedKey;
import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.protocol.attestation.Challenge;
import dev.breakwater.protocol.attestation.ChallengeAnswer;
import dev.breakwater.protocol.attestation.ChallengeRequest;
import dev.breakwater.protocol.attestation.Marshalled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Private keys that a TPM 2.0 made and that only this TPM can use. The TPM gives a key out
 * encrypted to itself; that lies in sealed storage, where it is useless without the TPM, and is
 * loaded for each signature. So the TPM's own memory holds nothing of the device, any number of
 * keys have room, and erasing the storage destroys the keys: a TPM that is cleared destroys even
 * their copies.
 *
 * <p>It talks to the TPM itself and not through PKCS#11, since a server that is to believe a key
 * needs the TPM's own word about it, which PKCS#11 has no way to ask for.
 */
public final class TpmKeys implements DeviceKeys, Attester {

    static final String PREFIX = "key-tpm-";

    /** Without the prefix, so that nothing that goes through the device's keys meets it. */
    private static final String SETUP = "setup-key-tpm";

    private final Tpm tpm;
    private final SealedStorage storage;

    private TpmKeys(Tpm tpm, SealedStorage storage) {
        this.tpm = tpm;
        this.storage = storage;
    }

    /**
     * Makes sure that there is a TPM that works.
     *
     * @param storage keeps the wrapped keys, under names that begin with {@code key-tpm-}
     * @throws KeyUnavailable if there is no TPM or it refuses to work
     */
    public static TpmKeys open(KeyPlace.Tpm place, SealedStorage storage) throws KeyUnavailable {
        TokenSigner.install();
        TpmKeys keys = new TpmKeys(Tpm.at(place.device()), storage);
        boolean _ =
                keys.use(
                        "keep keys in",
                        tpm -> {
                            tpm.requireWorking();
                            return true;
                        });
        return keys;
    }

    @Override
    public KeyProtection protection() {
        return KeyProtection.HARDWARE_KEY;
    }

    @Override
    public Optional<Attester> attester() {
        return Optional.of(this);
    }

    @Override
    public DeviceKey generate() throws IOException {
        return generate(PREFIX + HexFormat.of().formatHex(SecureBytes.fresh(8)));
    }

    private DeviceKey generate(String name) throws IOException {
        WrappedKey wrapped = use("make a key in", Tpm::createKey);
        storage.write(name, encode(wrapped));
        return deviceKey(name, wrapped);
    }

    @Override
    public Optional<DeviceKey> find(String name) throws IOException {
        if (!name.startsWith(PREFIX)) {
            // The name of a key elsewhere: the product kept its keys there before.
            return Optional.empty();
        }
        return read(name);
    }

    private Optional<DeviceKey> read(String name) throws IOException {
        Optional<byte[]> content = storage.read(name);
        return content.isEmpty()
                ? Optional.empty()
                : Optional.of(deviceKey(name, decode(name, content.get())));
    }

    private DeviceKey deviceKey(String name, WrappedKey wrapped) throws KeyUnavailable {
        try {
            return new DeviceKey(name, Tpm.publicKey(wrapped), new TpmKey(name, tpm, wrapped));
        } catch (TpmFailure notAKey) {
            throw new KeyUnavailable("the stored key %s is not one".formatted(name), notAKey);
        }
    }

    @Override
    public void destroy(String name) throws IOException {
        if (!name.startsWith(PREFIX)) {
            throw new IllegalArgumentException(
                    "a key of this device begins with %s, and its set-up key stays"
                            .formatted(PREFIX));
        }
        storage.delete(name);
    }

    @Override
    public synchronized DeviceKey setupKey() throws IOException {
        Optional<DeviceKey> kept = read(SETUP);
        return kept.isPresent() ? kept.get() : generate(SETUP);
    }

    @Override
    public SortedSet<String> names() throws IOException {
        SortedSet<String> names = new TreeSet<>(storage.names());
        names.removeIf(name -> !name.startsWith(PREFIX));
        return names;
    }

    @Override
    public Introduction introduce() throws KeyUnavailable {
        return use(
                "attest with",
                tpm -> new TpmIntroduction(tpm.endorsement(), tpm.createAttestationKey()));
    }

    /** The attestation key is wrapped as well; it is forgotten with this. */
    private final class TpmIntroduction implements Introduction {

        private final Endorsement endorsement;
        private final WrappedKey attestation;

        private TpmIntroduction(Endorsement endorsement, WrappedKey attestation) {
            this.endorsement = endorsement;
            this.attestation = attestation;
        }

        @Override
        public ChallengeRequest request() {
            return new ChallengeRequest(
                    endorsement.certificate(),
                    endorsement.intermediates(),
                    endorsement.publicArea(),
                    attestation.publicArea());
        }

        @Override
        public ChallengeAnswer answer(Challenge challenge, DeviceKey key) throws KeyUnavailable {
            if (!(key.privateKey() instanceof TpmKey ours)) {
                throw new KeyUnavailable(
                        "the key %s is not in the %s, which therefore says nothing of it"
                                .formatted(key.name(), tpm));
            }
            WrappedKey wrapped = ours.wrapped();
            Certification certification =
                    use(
                            "attest with",
                            tpm ->
                                    tpm.certify(
                                            endorsement.kind(), attestation, wrapped, challenge));
            return new ChallengeAnswer(
                    challenge.id(),
                    certification.secret(),
                    wrapped.publicArea(),
                    certification.certifyInfo(),
                    certification.signature());
        }
    }

    private <T> T use(String what, Using<T> using) throws KeyUnavailable {
        try {
            return using.with(tpm);
        } catch (TpmFailure refused) {
            throw new KeyUnavailable(
                    "cannot %s the %s: %s".formatted(what, tpm, refused.getMessage()), refused);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new KeyUnavailable("the %s was not awaited".formatted(tpm), stopped);
        }
    }

    private interface Using<T> {
        T with(Tpm tpm) throws TpmFailure, InterruptedException;
    }

    /** The public half, then the wrapped private half, each after its length. */
    private static byte[] encode(WrappedKey key) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        DataOutputStream out = new DataOutputStream(bytes);
        for (Marshalled half : new Marshalled[] {key.publicArea(), key.privateArea()}) {
            out.writeShort(half.length());
            out.write(half.bytes());
        }
        return bytes.toByteArray();
    }

    private static WrappedKey decode(String name, byte[] content) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
        try {
            return new WrappedKey(
                    Marshalled.of(in.readNBytes(in.readUnsignedShort())),
                    Marshalled.of(in.readNBytes(in.readUnsignedShort())));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new IOException("the stored key " + name + " cannot be read", unreadable);
        }
    }
}
