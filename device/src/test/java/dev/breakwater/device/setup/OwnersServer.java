/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.SetupIdentity;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.protocol.setup.exchange.ServerPlace;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Question;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** The server to which a device is set up, as far as EST goes; it takes the bench's ticket. */
final class OwnersServer implements AutoCloseable {

    final TestPki pki;
    final DeviceId deviceId = DeviceId.fresh();
    private final SetupKeyHash setupKey;
    private final ScriptedEstPeer est;
    private final List<String> asked = new ArrayList<>();
    private Answer refusal = Answer.text(500, "no refusal was asked for");
    private int refusalsLeft;

    /**
     * A server whose certificates are valid around the time of this clock; it tells the present.
     */
    OwnersServer(SetupIdentity device, Clock clock) throws IOException {
        pki = TestPki.create(clock);
        setupKey = device.hash();
        TestIdentity server = pki.server("127.0.0.1");
        est =
                ScriptedEstPeer.listen(server, device.certificate(), this::answer)
                        .tellsTime(pki, server, Clock.systemUTC());
    }

    ServerPlace place() {
        return place(8883, RootFingerprint.of(pki.root()));
    }

    ServerPlace place(int channelPort, RootFingerprint root) {
        return new ServerPlace(
                "127.0.0.1", OptionalInt.of(8443), est.port(), channelPort, root.hex());
    }

    /** It refuses the next requests for a certificate. */
    synchronized void refuses(int times, Answer with) {
        refusalsLeft = times;
        refusal = with;
    }

    /** What it was asked, in order. */
    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    private synchronized Answer answer(Question question) throws Exception {
        asked.add(question.operation());
        if (question.operation().equals("cacerts")) {
            return Answer.certificates(pki.issuing(), pki.root());
        }
        if (refusalsLeft > 0) {
            refusalsLeft--;
            return refusal;
        }
        if (!basic(question).equals(SetupBench.SERIAL + ":" + SetupBench.TICKET.text())) {
            return Answer.text(401, "another serial or ticket");
        }
        if (!question.clientCertificate()
                .map(certificate -> SetupKeyHash.of(certificate.getPublicKey()))
                .filter(setupKey::equals)
                .isPresent()) {
            return Answer.text(403, "another key than the ticket names");
        }
        PublicKey key = new JcaPKCS10CertificationRequest(question.request()).getPublicKey();
        return Answer.certificates(
                pki.device(
                                deviceId,
                                SetupBench.SERIAL,
                                new KeyPair(key, TestKeys.p256().getPrivate()))
                        .leaf());
    }

    private static String basic(Question question) {
        String header =
                question.headers().getOrDefault("Authorization", List.of("Basic ")).getFirst();
        return new String(Base64.getDecoder().decode(header.substring("Basic ".length())), UTF_8);
    }

    @Override
    public void close() {
        est.close();
    }
}
