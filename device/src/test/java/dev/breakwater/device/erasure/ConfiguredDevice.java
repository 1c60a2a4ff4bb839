/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.erasure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.identity.VerifiedCertificate;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.ManifestWarrant;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.Sensitivity;
import dev.breakwater.device.storage.StorageItem;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.sealing.DurableFile;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.canary.Canaries;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A device that has been set up, with a secret in all that it keeps. */
public final class ConfiguredDevice {

    /** How many secrets {@link #configure} plants. */
    public static final int CANARIES = 6;

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    private final Path root;
    private final TestClock clock;
    private final SealedStorage survivors;

    private ConfiguredDevice(Path root, TestClock clock) throws IOException {
        this.root = root;
        this.clock = clock;
        this.survivors =
                new SealedStorage(
                        DirectoryDisk.open(survivorsDirectory()),
                        WrappingKeyFile.openOrCreate(root.resolve("survivors.key")),
                        StorageManifest.ofSurvivors(),
                        clock);
    }

    public static ConfiguredDevice in(Path root, TestClock clock) throws IOException {
        return new ConfiguredDevice(root, clock);
    }

    Path survivorsDirectory() {
        return root.resolve("survivors");
    }

    public SealedStorage survivors() {
        return survivors;
    }

    Path wrappingKey() {
        return root.resolve("wrapping.key");
    }

    public Path data() {
        return root.resolve("data");
    }

    DeviceKey setupKey() throws IOException {
        return new SealedFileKeys(survivors).setupKey();
    }

    public SealedStorage storage() throws IOException {
        List<StorageItem> items = new ArrayList<>(StorageManifest.agentItems());
        items.add(new StorageItem("wifi", "The owner's network", Sensitivity.SECRET));
        items.add(new StorageItem("owner", "Whose it is", Sensitivity.PERSONAL));
        items.add(new StorageItem("note-*", "What the owner noted", Sensitivity.PERSONAL));
        return new SealedStorage(
                DirectoryDisk.open(data()),
                WrappingKeyFile.openOrCreate(wrappingKey()),
                StorageManifest.of("tank", items, ManifestWarrant.UNSIGNED),
                clock);
    }

    CredentialSlots slots() throws IOException {
        SealedStorage storage = storage();
        return CredentialSlots.open(storage, new SealedFileKeys(storage));
    }

    PublicKey identity() throws IOException {
        return slots().current().orElseThrow().key().publicKey();
    }

    /** Enrolls the device and fills everything it may keep. */
    public void configure(Canaries canaries) throws Exception {
        SealedStorage storage = storage();
        storage.write("wifi", canaries.plant("wifi password"));
        storage.write("owner", canaries.plant("owner"));
        storage.write("note-1", canaries.plant("note"));
        DurableFile.replace(code(), canaries.plant("enrollment code"));
        DeviceKey setup = setupKey();
        assertThat(setup.name()).isEqualTo("setup-key");
        CredentialSlots slots = slots();
        DeviceKey key = slots.keyForNext();
        TestPki pki = TestPki.create(clock);
        ServerTrust trust =
                ServerTrust.pinned(
                        RootFingerprint.of(pki.root()), List.of(pki.root(), pki.issuing()));
        var issued =
                pki.device(
                        DeviceId.fresh(), SERIAL, new KeyPair(key.publicKey(), key.privateKey()));
        slots.storeTrust(trust);
        slots.completeNext(
                VerifiedCertificate.verify(issued.leaf(), trust, key, SERIAL, clock.instant()));
        slots.promoteNext();
        canaries.lookFor("device key", number(key));
        canaries.lookFor("certificate", issued.leaf().getSignature());
    }

    /** The secret number of a P-256 key, without leading zeros. */
    private static byte[] number(DeviceKey key) {
        BigInteger number = ((ECPrivateKey) key.privateKey()).getS();
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    public Erasure erasure() {
        return erasure(
                List.of(
                        Erasable.wrappingKey(wrappingKey()),
                        Erasable.keysIn(new KeyPlace.SealedFile(), SERIAL)),
                List.of(
                        Erasable.storage(data()),
                        Erasable.of("enrollment code", () -> DurableFile.destroy(code()))));
    }

    Erasure erasure(List<Erasable> keys, List<Erasable> data) {
        return new Erasure(SERIAL, survivors, this::setupKey, keys, data, clock);
    }

    void requireErased() throws IOException {
        assertThat(wrappingKey()).doesNotExist();
        assertThat(code()).doesNotExist();
        if (Files.exists(data())) {
            try (var left = Files.newDirectoryStream(data())) {
                assertThat(left).isEmpty();
            }
        }
        assertThat(survivors.names()).doesNotContain("erasure");
    }

    void requireConfigured() throws IOException {
        assertThat(slots().current()).isPresent();
        assertThat(new String(storage().read("owner").orElseThrow(), UTF_8)).hasSize(24);
        assertThat(code()).exists();
    }

    private Path code() {
        return root.resolve("enrollment.code");
    }
}
