/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.channel.Transport;
import dev.breakwater.device.erasure.Cause;
import dev.breakwater.device.erasure.Erasable;
import dev.breakwater.device.erasure.Erasure;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.testkit.peer.ScriptedMqttPeer;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/**
 * A device that keeps its keys in a token, in a process of its own, since a PKCS#11 module reads
 * the environment when it is loaded. What {@link Pkcs11KeysTest} looks at is printed, one line
 * each.
 */
final class TokenProgram {

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    private final DeviceId deviceId = DeviceId.fresh();
    private final TestPki pki = TestPki.create(Clock.systemUTC());
    private final KeyPlace.Pkcs11Token place;
    private final Path directory;

    private TokenProgram(KeyPlace.Pkcs11Token place, Path directory) {
        this.place = place;
        this.directory = directory;
    }

    public static void main(String[] words) throws Exception {
        TokenProgram program =
                new TokenProgram(
                        new KeyPlace.Pkcs11Token(Path.of(words[1]), 0, Path.of(words[2])),
                        Path.of(words[3]));
        switch (words[0]) {
            case "life" -> program.life();
            case "again" -> program.again();
            case "wrong-pin" -> program.wrongPin();
            case "pulled-out" -> program.pulledOut();
            case "comes-back" -> program.comesBack();
            case "open" -> program.open();
            case "full" -> program.full();
            case "shared" -> program.shared();
            case "erase" -> program.erase();
            case "setup" -> program.setup();
            default -> throw new IllegalArgumentException(words[0]);
        }
        say("ended");
    }

    /**
     * Enrolls and renews twice, with a request signed by each key and a connection made with it.
     */
    private void life() throws Exception {
        DeviceKeys keys = keys();
        say("protection=" + keys.protection().code());
        CredentialSlots slots = slots(keys);
        for (int certificate = 0; certificate < 3; certificate++) {
            DeviceKey key = slots.keyForNext();
            say("private-format=" + key.privateKey().getFormat());
            say("private-bytes=" + (key.privateKey().getEncoded() != null));
            say("request=" + signs(key));
            slots.completeNext(issue(key));
            say("keys-while-renewing=" + keys.names().size());
            slots.promoteNext();
            say("keys=" + keys.names().size());
            say("key=" + slots.current().orElseThrow().key().name());
            connect(slots.current().orElseThrow().key());
        }
    }

    /** What another process left is found and used. */
    private void again() throws Exception {
        CredentialSlots slots = slots(keys());
        say("key=" + slots.current().orElseThrow().key().name());
        connect(slots.current().orElseThrow().key());
    }

    /** The set-up key is made once, shown by a TLS server, and not to be destroyed. */
    private void setup() throws Exception {
        DeviceKeys keys = keys();
        SetupIdentity identity = SetupIdentity.open(keys, SERIAL);
        say("hash=" + identity.hash());
        say("private-bytes=" + (identity.key().privateKey().getEncoded() != null));
        say("keys=" + keys.names().size());
        try {
            keys.destroy(identity.key().name());
            say("destroyed=true");
        } catch (IllegalArgumentException stays) {
            say("destroyed=false");
        }
        InetAddress loopback = InetAddress.getLoopbackAddress();
        SSLContext shown = PinnedTls.ofSetupServer(identity);
        try (ServerSocket server =
                shown.getServerSocketFactory().createServerSocket(0, 1, loopback)) {
            Thread phoneIsServed = Thread.ofVirtual().start(() -> serve(server));
            try (SSLSocket phone =
                    (SSLSocket)
                            PinnedTls.provisional()
                                    .getSocketFactory()
                                    .createSocket(loopback, server.getLocalPort())) {
                phone.startHandshake();
                say(
                        "shown="
                                + SetupKeyHash.of(
                                        phone.getSession()
                                                .getPeerCertificates()[0]
                                                .getPublicKey()));
            }
            phoneIsServed.join();
        }
    }

    private static void serve(ServerSocket server) {
        try (Socket phone = server.accept()) {
            say("read=" + phone.getInputStream().read());
        } catch (IOException failed) {
            say("serve=" + failed);
        }
    }

    private void wrongPin() throws IOException {
        OpenToken token = new OpenToken(place);
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                int aliases =
                        token.use(
                                "count",
                                OpenToken.Making.IN_SESSION,
                                (objects, _) -> objects.size());
                say("counted=" + aliases);
            } catch (KeyUnavailable wrong) {
                say("refused=" + wrong.getMessage());
                wrong.printStackTrace();
            }
        }
    }

    /** The token goes while the device runs: each thing that needs it fails and nothing is made. */
    private void pulledOut() throws Exception {
        CredentialSlots slots = slots(keys());
        Credential credential = slots.current().orElseThrow();
        DeviceKey pending = slots.keyForNext();
        say("ready");
        int _ = System.in.read();
        try {
            connect(credential.key());
        } catch (IOException failed) {
            String reason =
                    KeyUnavailable.in(failed)
                            .map(Throwable::getMessage)
                            .orElse("not about the key: " + failed);
            say("connect=" + reason);
        }
        try {
            say("request=" + signs(pending));
        } catch (KeyUnavailable gone) {
            say("request=" + gone.getMessage());
        }
        try {
            say("current=" + slots.current());
        } catch (KeyUnavailable gone) {
            say("current=" + gone.getMessage());
        }
        try {
            say("generated=" + keys().generate());
        } catch (KeyUnavailable gone) {
            say("generate=" + gone.getMessage());
        }
    }

    /** The token goes and comes back; what this process says of its key then. */
    private void comesBack() throws Exception {
        DeviceKeys keys = keys();
        CredentialSlots slots = slots(keys);
        DeviceKey key = slots.current().orElseThrow().key();
        say("ready");
        int _ = System.in.read();
        try {
            connect(key);
        } catch (IOException failed) {
            say("gone=" + KeyUnavailable.in(failed).isPresent());
        }
        try {
            say("made=" + keys.generate());
        } catch (KeyUnavailable gone) {
            say("refused=" + gone.getMessage());
        }
        say("ready");
        int _ = System.in.read();
        try {
            say("back=" + slots.current().orElseThrow().key().name());
        } catch (KeyUnavailable still) {
            say("still=" + still.getMessage());
        }
    }

    private void open() throws IOException {
        try {
            say("opened=" + keys().names());
        } catch (KeyUnavailable refused) {
            say("refused=" + refused.getMessage());
        }
    }

    private void full() throws IOException {
        DeviceKeys keys = keys();
        try {
            say("made=" + keys.generate());
        } catch (KeyUnavailable full) {
            say("refused=" + full.getMessage());
        }
        say("keys=" + keys.names().size());
    }

    /** Another device of the same token sees and destroys nothing of this one. */
    private void shared() throws Exception {
        DeviceKeys other = place.open(storage(), new DeviceSerial("tank-2"));
        DeviceKey theirs = other.generate();
        DeviceKeys ours = keys();
        slots(ours);
        say("ours=" + ours.names().size());
        say("theirs=" + other.names().contains(theirs.name()));
        try {
            ours.destroy(theirs.name());
        } catch (IllegalArgumentException notOurs) {
            say("refused=" + notOurs.getMessage());
        }
        other.destroy(theirs.name());
        say("left=" + other.names().size());
    }

    /** An erasure destroys this device's keys in the token, and nobody else's. */
    private void erase() throws Exception {
        DeviceKeys other = place.open(storage(), new DeviceSerial("tank-2"));
        DeviceKey theirs = other.generate();
        SealedStorage survivors =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("survivors")),
                        WrappingKeyFile.openOrCreate(directory.resolve("survivors.key")),
                        StorageManifest.ofSurvivors(),
                        Clock.systemUTC());
        Erasure erasure =
                new Erasure(
                        SERIAL,
                        survivors,
                        () -> place.open(survivors, SERIAL).setupKey(),
                        List.of(
                                Erasable.wrappingKey(directory.resolve("wrapping.key")),
                                Erasable.keysIn(place, SERIAL)),
                        List.of(Erasable.storage(directory.resolve("storage"))),
                        Clock.systemUTC());
        say("before=" + keys().names().size());
        say("receipt=" + erasure.eraseNow(Cause.BY_HAND).statement().contains("device keys"));
        say("after=" + keys().names().size());
        say("theirs=" + other.names().contains(theirs.name()));
        CredentialSlots slots = slots(keys());
        say("configured=" + slots.current().isPresent());
        slots.completeNext(issue(slots.keyForNext()));
        slots.promoteNext();
        connect(slots.current().orElseThrow().key());
    }

    /** Mutual TLS with a certificate of this process's authority for the key. */
    private void connect(DeviceKey key) throws Exception {
        X509Certificate certificate = certificate(key);
        Credential credential = new Credential(key, List.of(certificate), deviceId);
        try (ScriptedMqttPeer peer =
                        ScriptedMqttPeer.listen(pki.server("127.0.0.1"), pki.issuing());
                Transport transport =
                        ChannelKind.TLS.connect(
                                "127.0.0.1",
                                peer.port(),
                                PinnedTls.mutual(trust(), credential, Instant.now()))) {
            // PINGREQ: the peer looks at the first byte to tell MQTT from WebSocket.
            transport.write(ByteBuffer.wrap(new byte[] {(byte) 0xC0, 0}));
            say("connected=" + peer.accept().clientCertificate().equals(certificate));
        }
    }

    private static boolean signs(DeviceKey key) throws Exception {
        return new PKCS10CertificationRequest(CertificateRequest.first(SERIAL, key).der())
                .isSignatureValid(new JcaContentVerifierProviderBuilder().build(key.publicKey()));
    }

    private VerifiedCertificate issue(DeviceKey key) throws Exception {
        return VerifiedCertificate.verify(
                certificate(key), trust(), key, SERIAL, Clock.systemUTC().instant());
    }

    private X509Certificate certificate(DeviceKey key) throws Exception {
        return pki.device(deviceId, SERIAL, new KeyPair(key.publicKey(), key.privateKey())).leaf();
    }

    private ServerTrust trust() throws CertificateRefused {
        return ServerTrust.pinned(
                RootFingerprint.of(pki.root()), List.of(pki.root(), pki.issuing()));
    }

    private DeviceKeys keys() throws IOException {
        return place.open(storage(), SERIAL);
    }

    private CredentialSlots slots(DeviceKeys keys) throws IOException {
        return CredentialSlots.open(storage(), keys);
    }

    private SealedStorage storage() throws IOException {
        return new SealedStorage(
                DirectoryDisk.open(directory.resolve("storage")),
                WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")));
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
