/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.ServerPlace;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What somebody asks a server before they have logged in: how a device stands, and to be let in.
 *
 * <pre>{@code
 * ServerAddress server = ServerAddress.parse("https://iot.example:8443", RootTrust.parse("system"));
 * try (Visitor visitor = new Visitor(server)) {
 *     var outcome = visitor.logIn(new Credentials(email, password, Optional.empty(), known));
 *     if (outcome instanceof Outcome.Done(LogInStep.LoggedIn(var session, _))) {
 *         try (SessionStore.Hold hold = store.hold()) {
 *             hold.store(session);
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>Each call blocks for 30 seconds at most, or for three times that where it may be repeated;
 * answers are at most 4 MiB. Safe for use by many threads.
 */
public final class Visitor implements AutoCloseable {

    private final Calls calls;

    /** Somebody at this server's door; nothing is sent yet. */
    public Visitor(ServerAddress server) {
        this.calls = new Calls(server);
    }

    /** Asks to be let in. A password is looked at once; failures make the next attempt wait. */
    public Outcome<LogInStep> logIn(Credentials credentials)
            throws IOException, InterruptedException {
        ObjectNode body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("email", credentials.email())
                        .put("password", credentials.password());
        credentials.organization().ifPresent(id -> body.put("organizationId", id));
        credentials.knownSource().ifPresent(secret -> body.put("knownSource", secret));
        return step(Call.postWithoutKey(body, "sessions"));
    }

    /**
     * Shows the second factor that {@link #logIn} was asked for.
     *
     * @param challenge from {@link LogInStep.SecondFactorNeeded}
     * @param proof digits or a recovery code; a password is none
     * @param knownSource as in {@link Credentials}
     */
    public Outcome<LogInStep> secondFactor(
            String challenge, Proof proof, Optional<String> knownSource)
            throws IOException, InterruptedException {
        ObjectNode body = Proof.answering(challenge, proof);
        knownSource.ifPresent(secret -> body.put("knownSource", secret));
        return step(Call.postWithoutKey(body, "sessions", "second-factor"));
    }

    private Outcome<LogInStep> step(Call call) throws IOException, InterruptedException {
        return Asking.outcome(
                () -> {
                    Answer answer = required(calls.send(call, Optional.empty()));
                    return Asking.read(answer, Visitor::reached);
                });
    }

    private static LogInStep reached(Answer answer) {
        ObjectNode json = answer.json();
        return json.has("question")
                ? new LogInStep.SecondFactorNeeded(Values.text(json.path("question"), "challenge"))
                : new LogInStep.LoggedIn(
                        Session.of(json), Values.optionalText(json, "knownSource"));
    }

    /** How the device of a label stands, before somebody buys it. */
    public Outcome<Standing> standing(SetupLabel label) throws IOException, InterruptedException {
        Call call =
                Call.get("device-standing")
                        .with("serial", Optional.of(label.serial()))
                        .with("setupKeyHash", Optional.of(label.key()));
        return Asking.outcome(
                () -> {
                    Answer answer = calls.send(call, Optional.empty());
                    if (!answer.succeeded()) {
                        throw Stopped.refused(answer.refusal().aboutLabel());
                    }
                    return Asking.read(
                            answer, read -> Standing.parse(Values.text(read.json(), "standing")));
                });
    }

    /**
     * What a device is told of this server: its name and ports, and the root by which the device
     * recognizes it. The root is the pinned one, or else what the server says over TLS that the
     * platform trusts.
     *
     * @param enrollmentPort where it enrolls devices, 8884 unless its operator chose another
     * @param channelPort where devices connect, 8883 unless its operator chose another
     */
    public Outcome<ServerPlace> place(int enrollmentPort, int channelPort)
            throws IOException, InterruptedException {
        return Asking.outcome(
                () -> {
                    ServerAddress server = calls.server();
                    String root =
                            switch (server.trust()) {
                                case RootTrust.Pinned(var fingerprint) -> fingerprint;
                                case RootTrust.Platform() -> rootSaid();
                            };
                    return new ServerPlace(
                            server.host(),
                            OptionalInt.of(server.port()),
                            enrollmentPort,
                            channelPort,
                            root);
                });
    }

    private String rootSaid() throws Stopped, InterruptedException {
        Answer chain = required(calls.send(Call.get("ca", "chain"), Optional.empty()));
        return Asking.read(
                chain,
                answer -> {
                    try {
                        List<X509Certificate> certificates =
                                CertificateFactory.getInstance("X.509")
                                        .generateCertificates(answer.body())
                                        .stream()
                                        .map(X509Certificate.class::cast)
                                        .toList();
                        if (certificates.isEmpty()) {
                            throw new IllegalArgumentException("the server has no root");
                        }
                        return PinnedRoot.fingerprint(certificates.getLast());
                    } catch (GeneralSecurityException unreadable) {
                        throw new IllegalArgumentException(
                                "the server's root cannot be read", unreadable);
                    }
                });
    }

    private static Answer required(Answer answer) throws Stopped {
        if (!answer.succeeded()) {
            throw Stopped.refused(answer.refusal());
        }
        return answer;
    }

    @Override
    public void close() {
        calls.close();
    }
}
