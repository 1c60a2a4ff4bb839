/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.SetupTicket;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * An owner's account at one server, as long as the session in its store goes on.
 *
 * <pre>{@code
 * try (Account account = new Account(server, store, InstantSource.system())) {
 *     switch (account.devices().page(Optional.empty())) {
 *         case Outcome.Done(var page) -> page.devices().forEach(this::show);
 *         case Outcome.Refused(var refusal) -> say(refusal.sentence());
 *         case Outcome.ProofNeeded(var kind) -> askFor(kind);
 *         case Outcome.LoggedOut(var sentence) -> logIn(sentence);
 *         case Outcome.Unreachable(var sentence) -> say(sentence);
 *     }
 * }
 * }</pre>
 *
 * <p>The access token lives for ten minutes and is renewed as needed. Each call blocks for 30
 * seconds at most beside what the server was asked to wait, or for three times that where it may be
 * repeated without doing anything twice; answers are at most 4 MiB. An {@link IOException} means
 * that the session store failed, and nothing else. Safe for use by many threads.
 */
public final class Account implements AutoCloseable {

    private final Calls calls;
    private final Asking asking;

    /**
     * The account of whoever is logged in with this store; nothing is sent yet.
     *
     * @param clock tells whether a token is worth sending; the server's own decides
     */
    public Account(ServerAddress server, SessionStore store, InstantSource clock) {
        this.calls = new Calls(server);
        this.asking = new Asking(calls, new KeptSession(calls, store, clock));
    }

    /**
     * Who is logged in.
     *
     * @param role what they may do; {@code device-owner} for most
     */
    public record Member(String id, String email, String name, String role) {
        private static Member of(Answer answer) {
            JsonNode json = answer.json();
            return new Member(
                    Values.text(json, "id"),
                    Values.text(json, "email"),
                    Values.text(json, "name"),
                    Values.text(json, "role"));
        }
    }

    /**
     * A ticket for the set-up of one device, good once.
     *
     * @param expiresAt ten minutes from now at most, by the server's clock
     */
    public record Granted(SetupTicket ticket, Instant expiresAt) {}

    /** Who is logged in. */
    public Outcome<Member> member() throws IOException, InterruptedException {
        return asking.ask(Call.get("me"), Member::of);
    }

    /**
     * Shows once more who it is, after {@link Outcome.ProofNeeded}; good for ten minutes. The
     * session goes on with other tokens.
     */
    public Outcome<Nothing> prove(Proof proof) throws IOException, InterruptedException {
        return Asking.outcome(
                () -> {
                    asking.session().exchange(Call.post("me", "proofs").with(Proof.within(proof)));
                    return Nothing.NOTHING;
                });
    }

    /**
     * Gets a ticket for the device of a label, which is to become this owner's. A member is granted
     * twenty an hour.
     */
    public Outcome<Granted> ticket(SetupLabel label) throws IOException, InterruptedException {
        Outcome<Granted> granted =
                asking.ask(
                        Call.post("setup-tickets")
                                .with(
                                        JsonNodeFactory.instance
                                                .objectNode()
                                                .put("serial", label.serial().text())
                                                .put("setupKeyHash", label.key().text())),
                        answer ->
                                new Granted(
                                        new SetupTicket(Values.text(answer.json(), "ticket")),
                                        Values.time(answer.json(), "expiresAt")));
        return granted instanceof Outcome.Refused<Granted>(var refusal)
                ? new Outcome.Refused<>(refusal.aboutLabel())
                : granted;
    }

    /** The owner's devices. */
    public OwnDevices devices() {
        return new OwnDevices(asking);
    }

    /** What becomes of them: given back, handed on, stolen. */
    public Ownership ownership() {
        return new Ownership(asking);
    }

    /** Who else may see or use them, and whose the owner may. */
    public Sharing sharing() {
        return new Sharing(asking);
    }

    /** Their updates, and what the owner says to them. */
    public OwnUpdates updates() {
        return new OwnUpdates(asking);
    }

    /** What happens to them, as it happens. */
    public DeviceWatch watch() {
        return new DeviceWatch(asking);
    }

    /** Ends the session on the server, and then in the store. */
    public Outcome<Nothing> logOut() throws IOException, InterruptedException {
        Outcome<Nothing> ended =
                switch (asking.ask(Call.get("me", "sessions"), Account::current)) {
                    case Outcome.Done(var session) ->
                            asking.tell(Call.delete("me", "sessions", session));
                    case Outcome.Refused(var refusal) -> new Outcome.Refused<>(refusal);
                    case Outcome.ProofNeeded(var kind) -> new Outcome.ProofNeeded<>(kind);
                    case Outcome.LoggedOut(var sentence) -> new Outcome.LoggedOut<>(sentence);
                    case Outcome.Unreachable(var sentence) -> new Outcome.Unreachable<>(sentence);
                };
        if (ended instanceof Outcome.Done || ended instanceof Outcome.LoggedOut) {
            asking.session().forget();
        }
        return ended;
    }

    private static String current(Answer answer) {
        for (JsonNode session : answer.json().path("items")) {
            if (Values.yes(session, "current")) {
                return Values.text(session, "id");
            }
        }
        throw new IllegalArgumentException("the answer has no session that is this one");
    }

    @Override
    public void close() {
        calls.close();
    }
}
