/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.Disk;
import dev.breakwater.device.storage.PowerCutDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
    @ParameterizedTest
    @EnumSource(PowerCutDisk.Moment.class)
    void startsAfterPowerCutAtEachWrite(PowerCutDisk.Moment moment) throws Exception {
        boolean cut = true;
        int writes = 0;
        while (cut) {
            Path place = Files.createDirectory(directory.resolve("cut-" + writes));
            boolean connectedBefore = false;
            CredentialSlots slots = null;
            cut = false;
            try {
                slots = open(new PowerCutDisk(place, writes, moment));
                enrollAndConnect(slots);
                connectedBefore = true;
                enrollAndConnect(slots);
                enrollAndConnect(slots);
            } catch (PowerCutDisk.PowerCut now) {
                cut = true;
            }
            CredentialSlots restarted = open(DirectoryDisk.open(place));
            if (connectedBefore) {
                assertThat(restarted.current()).as("cut at write %d", writes).isPresent();
            }
            assertThat(keys(DirectoryDisk.open(place)).names()).hasSizeLessThanOrEqualTo(2);
            if (restarted.next().isEmpty()) {
                restarted.completeNext(issue(restarted.keyForNext()));
            }
            restarted.promoteNext();
            assertThat(keys(DirectoryDisk.open(place)).names())
                    .containsExactly(restarted.current().orElseThrow().key().name());
            writes++;
        }
        // Three times: key, slot, certificate, promotion; twice a destroyed predecessor.
        assertThat(writes).isEqualTo(3 * 4 + 2 + 1);
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
