/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.DrillFigures;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.Disk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.power.PowerCuts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialSlotsTest {

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    private final TestClock clock = TestClock.at(Instant.parse("2026-11-22T12:00:00Z"));
    private final TestPki pki = TestPki.create(clock);
    private final DeviceId deviceId = DeviceId.fresh();

    @TempDir Path directory;

    @Test
    void oldCredentialIsDroppedOnlyWhenTheNewOneHasConnected() throws Exception {
        CredentialSlots slots = open(disk());
        enrollAndConnect(slots);
        Credential first = slots.current().orElseThrow();

        slots.completeNext(issue(slots.keyForNext()));
        CredentialSlots restarted = open(disk());
        assertThat(restarted.current().orElseThrow().certificate()).isEqualTo(first.certificate());
        Credential second = restarted.next().orElseThrow();
        assertThat(second.key().publicKey()).isNotEqualTo(first.key().publicKey());

        restarted.promoteNext();
        CredentialSlots again = open(disk());
        assertThat(again.current().orElseThrow().certificate()).isEqualTo(second.certificate());
        assertThat(again.next()).isEmpty();
        assertThat(keys(disk()).names()).containsExactly(second.key().name());
    }

    @Test
    void asksAgainWithTheSameKeyWhileTheAnswerIsOutstanding() throws Exception {
        DeviceKey key = open(disk()).keyForNext();
        assertThat(open(disk()).keyForNext().publicKey()).isEqualTo(key.publicKey());
    }

    @Test
    void asksWithAnotherKeyAfterARefusal() throws Exception {
        CredentialSlots slots = open(disk());
        DeviceKey refused = slots.keyForNext();
        slots.abandonNext();
        assertThat(slots.keyForNext().publicKey()).isNotEqualTo(refused.publicKey());
        assertThat(keys(disk()).find(refused.name())).isEmpty();
    }

    @Test
    void refusesToOverwriteACredentialThatWaitsToConnect() throws Exception {
        CredentialSlots slots = open(disk());
        slots.completeNext(issue(slots.keyForNext()));
        assertThatIllegalStateException().isThrownBy(slots::keyForNext);
    }

    @Test
    void refusesToPromoteNothing() throws Exception {
        CredentialSlots slots = open(disk());
        assertThatIllegalStateException().isThrownBy(slots::promoteNext);
        slots.keyForNext();
        assertThatIllegalStateException().isThrownBy(slots::promoteNext);
    }

    /**
     * Cuts the power at each write of a life of enrollment and two renewals. Whatever the moment,
     * the device starts, keeps no key that no slot names, has not lost a credential it had
     * connected with, and can live on.
     */
    @Test
    void startsAfterPowerCutsAtEachWrite() throws Exception {
        PowerCuts.Played played =
                new PowerCuts(
                                (root, told) -> {
                                    CredentialSlots slots = openIn(root);
                                    for (int life = 0; life < 3; life++) {
                                        slots.completeNext(issue(slots.keyForNext()));
                                        slots.promoteNext();
                                        told.acknowledge("connected");
                                    }
                                },
                                (root, cut) -> {
                                    CredentialSlots restarted = openIn(root);
                                    if (cut.acknowledged("connected")) {
                                        assertThat(restarted.current()).isPresent();
                                    }
                                    SealedFileKeys keys = new SealedFileKeys(storageIn(root));
                                    assertThat(keys.names()).hasSizeLessThanOrEqualTo(2);
                                    if (restarted.next().isEmpty()) {
                                        restarted.completeNext(issue(restarted.keyForNext()));
                                    }
                                    restarted.promoteNext();
                                    assertThat(keys.names())
                                            .containsExactly(
                                                    restarted.current().orElseThrow().key().name());
                                })
                        .play();
        DrillFigures.say("enroll and renew twice, slots alone", played);
        // Three times key, slot, certificate and promotion, of five writes each, and more besides.
        assertThat(played.writes()).isGreaterThan(3 * 4 * 5);
    }

    private CredentialSlots openIn(Path root) throws IOException {
        SealedStorage storage = storageIn(root);
        return CredentialSlots.open(storage, new SealedFileKeys(storage));
    }

    private static SealedStorage storageIn(Path root) throws IOException {
        return new SealedStorage(
                DirectoryDisk.open(root.resolve("storage")),
                WrappingKeyFile.openOrCreate(root.resolve("wrapping.key")));
    }

    @Test
    void takesAMissingKeyForATroubleAndNotForADeviceWithoutCertificate() throws Exception {
        CredentialSlots slots = open(disk());
        enrollAndConnect(slots);
        keys(disk()).destroy(slots.current().orElseThrow().key().name());
        assertThatThrownBy(slots::current)
                .isInstanceOf(KeyUnavailable.class)
                .hasMessageContaining("is not where the device keeps its keys");
        assertThat(keys(disk()).names()).isEmpty();
    }

    /** No certificate belongs to it yet, so nothing is lost; the log says so. */
    @Test
    void asksWithAnotherKeyIfThatOfTheOutstandingRequestIsGone() throws Exception {
        CredentialSlots slots = open(disk());
        enrollAndConnect(slots);
        String current = slots.current().orElseThrow().key().name();
        DeviceKey gone = slots.keyForNext();
        keys(disk()).destroy(gone.name());
        DeviceKey other = slots.keyForNext();
        assertThat(other.publicKey()).isNotEqualTo(gone.publicKey());
        assertThat(keys(disk()).names()).containsExactlyInAnyOrder(current, other.name());
    }

    @Test
    void refusesAKeyThatIsNotItsCertificates() throws Exception {
        CredentialSlots slots = open(disk());
        enrollAndConnect(slots);
        String name = slots.current().orElseThrow().key().name();
        SealedFileKeys keys = keys(disk());
        DeviceKey other = keys.generate();
        SealedStorage storage = storage(disk());
        storage.write(name, storage.read(other.name()).orElseThrow());
        assertThatThrownBy(slots::current)
                .isInstanceOf(KeyUnavailable.class)
                .hasMessageContaining("is not the one this device's certificate was issued for");
    }

    /** Or a partition that is not mounted would cost a device the keys in its token. */
    @Test
    void destroysNoKeyWhileTheStorageIsEmpty() throws Exception {
        DeviceKey key = keys(disk()).generate();
        CredentialSlots slots = open(disk());
        assertThat(keys(disk()).names()).containsExactly(key.name());
        enrollAndConnect(slots);
        assertThat(keys(disk()).names())
                .containsExactly(slots.current().orElseThrow().key().name())
                .doesNotContain(key.name());
    }

    @Test
    void knowsNoKeyOfAnotherPlace() throws Exception {
        assertThat(keys(disk()).find("breakwater-0123456789ab-0123456789abcdef")).isEmpty();
        assertThat(keys(disk()).protection().code()).isEqualTo("software-key");
    }

    @Test
    void findsTheServersRootAgainByItsPinOnly() throws Exception {
        RootFingerprint pin = RootFingerprint.of(pki.root());
        open(disk()).storeTrust(trust());
        assertThat(open(disk()).trust(pin).orElseThrow().root()).isEqualTo(pki.root());
        assertThat(open(disk()).trust(RootFingerprint.of(TestPki.create(clock).root()))).isEmpty();
    }

    @Test
    void refusesSlotsThatWereChanged() throws Exception {
        enrollAndConnect(open(disk()));
        Path file = directory.resolve("credentials.sealed");
        byte[] sealed = Files.readAllBytes(file);
        sealed[sealed.length - 1] ^= 1;
        Files.write(file, sealed);
        assertThatThrownBy(() -> open(disk())).isInstanceOf(SealedStorage.Damaged.class);
    }

    @Test
    void keysDoNotShowThemselves() throws Exception {
        DeviceKey key = keys(disk()).generate();
        assertThat(key.toString()).isEqualTo("DeviceKey[" + key.name() + "]");
    }

    private void enrollAndConnect(CredentialSlots slots) throws Exception {
        slots.completeNext(issue(slots.keyForNext()));
        slots.promoteNext();
    }

    private VerifiedCertificate issue(DeviceKey key) throws Exception {
        TestIdentity issued =
                pki.device(deviceId, SERIAL, new KeyPair(key.publicKey(), key.privateKey()));
        return VerifiedCertificate.verify(issued.leaf(), trust(), key, SERIAL, clock.instant());
    }

    private ServerTrust trust() throws CertificateRefused {
        return ServerTrust.pinned(
                RootFingerprint.of(pki.root()), List.of(pki.issuing(), pki.root()));
    }

    private Disk disk() throws IOException {
        return DirectoryDisk.open(directory);
    }

    private SealedFileKeys keys(Disk disk) throws IOException {
        return new SealedFileKeys(storage(disk));
    }

    private CredentialSlots open(Disk disk) throws IOException {
        SealedStorage storage = storage(disk);
        return CredentialSlots.open(storage, new SealedFileKeys(storage));
    }

    private SealedStorage storage(Disk disk) throws IOException {
        Path key = Optional.ofNullable(directory.getParent()).orElseThrow();
        return new SealedStorage(
                disk, WrappingKeyFile.openOrCreate(key.resolve(directory.getFileName() + ".key")));
    }
}
