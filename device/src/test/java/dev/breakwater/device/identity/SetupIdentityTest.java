/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.ManifestWarrant;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.Sensitivity;
import dev.breakwater.device.storage.StorageItem;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetupIdentityTest {

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    @TempDir Path directory;
    private SealedStorage storage;
    private SealedFileKeys keys;

    @BeforeEach
    void setUp() throws Exception {
        List<StorageItem> items = new ArrayList<>(StorageManifest.agentItems());
        items.add(new StorageItem("setup-key", "The key a set-up begins with", Sensitivity.SECRET));
        storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("storage")),
                        WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")),
                        StorageManifest.of("tank", items, ManifestWarrant.UNSIGNED),
                        InstantSource.system());
        keys = new SealedFileKeys(storage);
    }

    @Test
    void isTheSameForAsLongAsTheDevice() throws Exception {
        SetupKeyHash first = SetupIdentity.open(keys, SERIAL).hash();
        assertThat(SetupIdentity.open(new SealedFileKeys(storage), SERIAL).hash()).isEqualTo(first);
    }

    @Test
    void outlivesTheKeysOfEverySlot() throws Exception {
        SetupKeyHash before = SetupIdentity.open(keys, SERIAL).hash();
        CredentialSlots slots = CredentialSlots.open(storage, keys);
        DeviceKey slot = slots.keyForNext();
        slots.abandonNext();
        assertThat(keys.find(slot.name())).isEmpty();
        var _ = CredentialSlots.open(storage, keys);
        assertThat(keys.names()).isEmpty();
        assertThat(SetupIdentity.open(keys, SERIAL).hash()).isEqualTo(before);
    }

    @Test
    void cannotBeDestroyedByItsName() throws Exception {
        String name = keys.setupKey().name();
        assertThatIllegalArgumentException().isThrownBy(() -> keys.destroy(name));
    }

    @Test
    void signsACertificateForItselfThatIsNoAuthority() throws Exception {
        SetupIdentity identity = SetupIdentity.open(keys, SERIAL);
        X509Certificate certificate = identity.certificate();
        certificate.verify(certificate.getPublicKey());
        assertThat(SetupKeyHash.of(certificate.getPublicKey())).isEqualTo(identity.hash());
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=tank-1");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getKeyUsage()).startsWith(true, false, false);
        assertThat(certificate.getNotAfter().toInstant()).hasToString("9999-12-31T23:59:59Z");
    }
}
