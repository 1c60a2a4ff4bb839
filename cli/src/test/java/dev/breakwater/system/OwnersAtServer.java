/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Credentials;
import dev.breakwater.companion.account.InMemorySessionStore;
import dev.breakwater.companion.account.LogInStep;
import dev.breakwater.companion.account.Outcome;
import dev.breakwater.companion.account.RootTrust;
import dev.breakwater.companion.account.ServerAddress;
import dev.breakwater.companion.account.SessionStore;
import dev.breakwater.companion.account.Visitor;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.setup.exchange.SetupTicket;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import java.time.InstantSource;
import java.util.Optional;

/** Owners who use the companion itself, all with the same password. */
final class OwnersAtServer {

    private final ServerProcess server;
    private final String password;

    OwnersAtServer(ServerProcess server, String password) {
        this.server = server;
        this.password = password;
    }

    /** A ticket, which must be granted. */
    SetupTicket ticket(String owner, SetupLabel label) throws Exception {
        return done(asked(owner, label)).ticket();
    }

    /** What the server answers to whoever asks for a ticket. */
    Outcome<Account.Granted> asked(String owner, SetupLabel label) throws Exception {
        InMemorySessionStore store = new InMemorySessionStore();
        try (Visitor visitor = new Visitor(address());
                Account account = new Account(address(), store, InstantSource.system())) {
            LogInStep step =
                    done(
                            visitor.logIn(
                                    new Credentials(
                                            owner, password, Optional.empty(), Optional.empty())));
            try (SessionStore.Hold hold = store.hold()) {
                hold.store(((LogInStep.LoggedIn) step).session());
            }
            return account.ticket(label);
        }
    }

    /** What a device is told: the network of its radio, this passphrase, this ticket. */
    SetupRequest request(String ticket, String passphrase) throws Exception {
        var ports = server.place().ports();
        try (Visitor visitor = new Visitor(address())) {
            return new SetupRequest(
                    Ssid.ofText(OneNetworkRadio.NETWORK),
                    new WifiPassphrase(passphrase),
                    new SetupTicket(ticket),
                    done(visitor.place(ports.enrollment(), ports.channel())));
        }
    }

    private ServerAddress address() {
        return new ServerAddress(server.api(), new RootTrust.Pinned(server.root().hex()));
    }

    private static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(var value)) {
            return value;
        }
        throw new AssertionError("it was not done: " + outcome);
    }
}
