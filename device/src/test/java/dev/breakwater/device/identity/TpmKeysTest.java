/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.device.erasure.Erasable;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.token.BareTpm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.security.SignatureException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device's keys in a real TPM, in software, to which the agent talks itself. */
@Timeout(120)
class TpmKeysTest {

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    /** Manufacturing takes longer than all else, and what a test leaves in it is nothing. */
    @TempDir static Path factory;

    private static Optional<BareTpm> made = Optional.empty();

    @TempDir Path directory;
    private BareTpm tpm;
    private SealedStorage storage;
    private DeviceKeys keys;

    @BeforeAll
    static void makeTpm() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        made = Optional.of(BareTpm.make(Files.createDirectory(factory.resolve("one"))));
    }

    @AfterAll
    static void endTpm() {
        made.ifPresent(BareTpm::close);
    }

    @BeforeEach
    void openKeys() throws Exception {
        tpm = made.orElseThrow();
        storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("data")),
                        WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")));
        keys = place(tpm).open(storage, SERIAL);
    }

    private static KeyPlace place(BareTpm tpm) {
        return new KeyPlace.Tpm(tpm.socket());
    }

    private static byte[] signature(DeviceKey key) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key.privateKey());
        signature.update("reef".getBytes(UTF_8));
        return signature.sign();
    }

    private static boolean verifies(DeviceKey key, byte[] signed) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(key.publicKey());
        signature.update("reef".getBytes(UTF_8));
        return signature.verify(signed);
    }

    @Test
    void aKeyIsMadeFoundAndSignsAndHasNoBytesToGive() throws Exception {
        DeviceKey made = keys.generate();
        assertThat(keys.protection()).isEqualTo(KeyProtection.HARDWARE_KEY);
        assertThat(made.name()).matches("[a-z0-9-]{1,64}");
        assertThat(made.privateKey().getEncoded()).isNull();
        assertThat(verifies(made, signature(made))).isTrue();

        DeviceKey found = keys.find(made.name()).orElseThrow();
        assertThat(found.publicKey()).isEqualTo(made.publicKey());
        assertThat(verifies(made, signature(found))).isTrue();
        assertThat(keys.names()).containsExactly(made.name());
        assertThat(keys.find("key-0011223344556677")).isEmpty();
    }

    @Test
    void aTpmHasRoomForAnyNumberOfKeysAndUses() throws Exception {
        for (int i = 0; i < 8; i++) {
            DeviceKey key = keys.generate();
            assertThat(verifies(key, signature(key))).isTrue();
        }
        assertThat(keys.names()).hasSize(8);
    }

    @Test
    void aCertificateRequestIsSignedInside() throws Exception {
        DeviceKey key = keys.generate();
        byte[] der = CertificateRequest.first(SERIAL, key).der();
        assertThat(
                        new PKCS10CertificationRequest(der)
                                .isSignatureValid(
                                        new JcaContentVerifierProviderBuilder()
                                                .build(key.publicKey())))
                .isTrue();
    }

    @Test
    void keysOutliveATpmThatWasStartedAnew() throws Exception {
        DeviceKey key = keys.generate();
        tpm.pullOut();
        tpm.putBack();
        DeviceKey again = place(tpm).open(storage, SERIAL).find(key.name()).orElseThrow();
        assertThat(verifies(key, signature(again))).isTrue();
    }

    @Test
    void aTpmThatIsGoneIsSaidSoAndItsKeysComeBackWithIt() throws Exception {
        DeviceKey key = keys.generate();
        tpm.pullOut();
        assertThatThrownBy(() -> signature(key))
                .isInstanceOf(SignatureException.class)
                .satisfies(
                        failed ->
                                assertThat(KeyUnavailable.in(failed).orElseThrow())
                                        .hasMessageContaining(key.name())
                                        .hasMessageContaining("cannot be opened"));
        assertThatThrownBy(() -> keys.generate()).isInstanceOf(KeyUnavailable.class);
        assertThatThrownBy(() -> place(tpm).open(storage, SERIAL))
                .isInstanceOf(KeyUnavailable.class);
        assertThat(keys.names()).containsExactly(key.name());
        tpm.putBack();
        assertThat(verifies(key, signature(key))).isTrue();
    }

    @Test
    void aKeyThatWasDestroyedIsGone() throws Exception {
        DeviceKey key = keys.generate();
        keys.destroy(key.name());
        keys.destroy(key.name());
        assertThat(keys.find(key.name())).isEmpty();
        assertThat(keys.names()).isEmpty();
    }

    @Test
    void theSetUpKeyStaysAndIsNotListed() throws Exception {
        SealedStorage survivors =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("survivors")),
                        WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")),
                        StorageManifest.ofSurvivors(),
                        Clock.systemUTC());
        DeviceKeys kept = place(tpm).open(survivors, SERIAL);
        DeviceKey setup = kept.setupKey();
        assertThat(kept.names()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> kept.destroy(setup.name()));
        DeviceKey again = place(tpm).open(survivors, SERIAL).setupKey();
        assertThat(again.publicKey()).isEqualTo(setup.publicKey());
        assertThat(verifies(setup, signature(again))).isTrue();
    }

    @Test
    void aProductThatGivesUpItsTpmLosesNoKeyUnnoticed() throws Exception {
        DeviceKey key = keys.generate();
        SealedFileKeys files = new SealedFileKeys(storage);
        assertThat(files.find(key.name())).isEmpty();
        assertThat(files.names()).containsExactly(key.name());
    }

    @Test
    void anErasedDeviceHasNoKeysLeft() throws Exception {
        DeviceKey key = keys.generate();
        Erasable.keysIn(place(tpm), SERIAL).erase();
        Erasable.storage(directory.resolve("data")).erase();
        assertThat(keys.find(key.name())).isEmpty();
        try (var files = Files.list(directory.resolve("data"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.contains("key"));
        }
    }

    @Test
    void copiesOfTheBlobsAreUselessInAnotherTpm() throws Exception {
        DeviceKey key = keys.generate();
        try (BareTpm other = BareTpm.make(Files.createDirectory(directory.resolve("two")))) {
            DeviceKey copy = place(other).open(storage, SERIAL).find(key.name()).orElseThrow();
            assertThatThrownBy(() -> signature(copy))
                    .satisfies(
                            failed ->
                                    assertThat(KeyUnavailable.in(failed).orElseThrow())
                                            .hasMessageContaining("made by another TPM"));
            assertThat(verifies(key, signature(key))).isTrue();
        }
    }

    @Test
    void aStoredKeyThatWasChangedIsRefused() throws Exception {
        DeviceKey key = keys.generate();
        byte[] stored = storage.read(key.name()).orElseThrow();
        byte[] changed = stored.clone();
        changed[changed.length - 1] ^= 1;
        storage.write(key.name(), changed);
        DeviceKey found = keys.find(key.name()).orElseThrow();
        assertThatThrownBy(() -> signature(found))
                .satisfies(failed -> assertThat(KeyUnavailable.in(failed)).isPresent());
        storage.write(key.name(), new byte[] {0, 1});
        assertThatThrownBy(() -> keys.find(key.name()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void theTpmSpeaksThroughACharacterDeviceToo() throws Exception {
        // A pseudo terminal is a character device whose other end is the TPM.
        Path device = directory.resolve("tpmrm0");
        Process bridge =
                new ProcessBuilder(
                                "socat",
                                "-d",
                                "-d",
                                "pty,rawer,link=" + device,
                                "unix-connect:" + tpm.socket())
                        .redirectErrorStream(true)
                        .start();
        try {
            String line = "";
            while (line != null && !line.contains("starting data transfer loop")) {
                line = bridge.inputReader(UTF_8).readLine();
            }
            DeviceKeys through = new KeyPlace.Tpm(device).open(storage, SERIAL);
            DeviceKey key = through.generate();
            assertThat(verifies(key, signature(key))).isTrue();
        } finally {
            bridge.destroyForcibly();
            assertThat(bridge.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anOrdinaryFileIsNoTpm() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "no TPM");
        assertThatThrownBy(() -> new KeyPlace.Tpm(file).open(storage, SERIAL))
                .isInstanceOf(KeyUnavailable.class)
                .hasMessageContaining("neither a character device nor a socket");
        assertThatIllegalArgumentException().isThrownBy(() -> new KeyPlace.Tpm(Path.of("tpmrm0")));
    }
}
