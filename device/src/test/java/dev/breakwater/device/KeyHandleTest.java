/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.channel.Transport;
import dev.breakwater.device.identity.CertificateRequest;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.peer.ScriptedMqttPeer;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A key whose bytes are out of reach serves for everything the device does. It comes from a
 * security provider of its own, as the key of a TPM or a PKCS#11 token does: all the device holds
 * is a handle, and only the provider can sign with it.
 */
@Timeout(60)
class KeyHandleTest {

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    private final TestPki pki = TestPki.create(Clock.systemUTC());
    private final KeyPair inside = TestKeys.p256();
    private final Chip chip = new Chip();
    private final DeviceKey key =
            new DeviceKey("key-1", inside.getPublic(), chip.handleTo(inside.getPrivate()));

    @BeforeEach
    void plugIn() {
        Security.addProvider(chip);
    }

    @AfterEach
    void unplug() {
        Security.removeProvider(chip.getName());
    }

    @Test
    void signsCertificateRequests() throws Exception {
        PKCS10CertificationRequest request =
                new PKCS10CertificationRequest(CertificateRequest.first(SERIAL, key).der());
        assertThat(
                        request.isSignatureValid(
                                new JcaContentVerifierProviderBuilder().build(inside.getPublic())))
                .isTrue();
        assertThat(chip.signatures).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource(ChannelKind.class)
    void provesTheDeviceInMutualTls(ChannelKind channel) throws Exception {
        TestIdentity issued = pki.device(DeviceId.fresh(), SERIAL, inside);
        ServerTrust trust = ServerTrust.pinned(RootFingerprint.of(pki.root()), List.of(pki.root()));
        Credential credential =
                new Credential(key, List.of(issued.leaf(), pki.issuing()), DeviceId.fresh());
        try (ScriptedMqttPeer peer =
                        ScriptedMqttPeer.listen(pki.server("127.0.0.1"), pki.issuing());
                Transport transport =
                        channel.connect(
                                "127.0.0.1",
                                peer.port(),
                                PinnedTls.mutual(trust, credential, Instant.now()))) {
            // PINGREQ: the peer looks at the first byte to tell MQTT from WebSocket.
            transport.write(ByteBuffer.wrap(new byte[] {(byte) 0xC0, 0}));
            assertThat(peer.accept().clientCertificate()).isEqualTo(issued.leaf());
        }
        assertThat(chip.signatures).hasValue(1);
    }

    /** What a PKCS#11 provider hands out for a key that is not extractable. */
    private static final class Handle implements PrivateKey {

        @Serial private static final long serialVersionUID = 1;

        @Override
        public String getAlgorithm() {
            return "EC";
        }

        @Override
        public @Nullable String getFormat() {
            return null;
        }

        @Override
        public byte @Nullable [] getEncoded() {
            return null;
        }
    }

    /** Signs for its handles and for no other key. */
    private static final class Chip extends Provider {

        @Serial private static final long serialVersionUID = 1;

        private final transient Map<Handle, PrivateKey> keys = new ConcurrentHashMap<>();
        private final transient AtomicInteger signatures = new AtomicInteger();

        Chip() {
            super("Chip", "1", "a cryptoprocessor that never gives a key away");
            putService(
                    new Service(
                            this,
                            "Signature",
                            "SHA256withECDSA",
                            ChipSignature.class.getName(),
                            List.of(),
                            Map.of("SupportedKeyClasses", Handle.class.getName())) {
                        @Override
                        public Object newInstance(@Nullable Object parameter) {
                            return new ChipSignature(Chip.this);
                        }
                    });
        }

        Handle handleTo(PrivateKey key) {
            Handle handle = new Handle();
            keys.put(handle, key);
            return handle;
        }
    }

    private static final class ChipSignature extends SignatureSpi {

        private final Chip chip;
        private @Nullable Signature signature;

        ChipSignature(Chip chip) {
            this.chip = chip;
        }

        @Override
        protected void engineInitSign(PrivateKey handle) throws InvalidKeyException {
            @Nullable PrivateKey key = handle instanceof Handle ours ? chip.keys.get(ours) : null;
            if (key == null) {
                throw new InvalidKeyException("not a key of this chip");
            }
            try {
                signature = Signature.getInstance("SHA256withECDSA");
                signature.initSign(key);
            } catch (NoSuchAlgorithmException impossible) {
                throw new InvalidKeyException(impossible);
            }
        }

        @Override
        protected void engineUpdate(byte octet) throws SignatureException {
            begun().update(octet);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length)
                throws SignatureException {
            begun().update(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            chip.signatures.incrementAndGet();
            return begun().sign();
        }

        private Signature begun() throws SignatureException {
            if (signature == null) {
                throw new SignatureException("no key");
            }
            return signature;
        }

        @Override
        protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
            throw new InvalidKeyException("this chip only signs");
        }

        @Override
        protected boolean engineVerify(byte[] bytes) throws SignatureException {
            throw new SignatureException("this chip only signs");
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException();
        }
    }
}
