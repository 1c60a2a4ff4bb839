/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.companion.SetupResult;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Credentials;
import dev.breakwater.companion.account.DeviceReading;
import dev.breakwater.companion.account.InMemorySessionStore;
import dev.breakwater.companion.account.LogInStep;
import dev.breakwater.companion.account.Outcome;
import dev.breakwater.companion.account.OwnDevice;
import dev.breakwater.companion.account.OwnUpdate;
import dev.breakwater.companion.account.Ownership;
import dev.breakwater.companion.account.ServerAddress;
import dev.breakwater.companion.account.SessionStore;
import dev.breakwater.companion.account.Standing;
import dev.breakwater.companion.account.Visitor;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.ServerPlace;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** An owner's phone: the companion, and nothing else. */
final class Phone implements AutoCloseable {

    private static final Duration SET_UP_MAX = Duration.ofSeconds(20);

    private final Visitor visitor;
    private final Account account;

    private Phone(Visitor visitor, Account account) {
        this.visitor = visitor;
        this.account = account;
    }

    static Phone loggedIn(ServerAddress server, Credentials owner)
            throws IOException, InterruptedException, Story.Unexpected {
        InMemorySessionStore store = new InMemorySessionStore();
        Visitor visitor = new Visitor(server);
        if (!(done(visitor.logIn(owner)) instanceof LogInStep.LoggedIn(var session, _))) {
            throw new Story.Unexpected("the owner has no second factor");
        }
        try (SessionStore.Hold hold = store.hold()) {
            hold.store(session);
        }
        return new Phone(visitor, new Account(server, store, InstantSource.system()));
    }

    Standing standing(SetupLabel label) throws IOException, InterruptedException, Story.Unexpected {
        return done(visitor.standing(label));
    }

    /** Sets a device up that waits here. */
    void setUp(
            SetupLabel label,
            InetSocketAddress where,
            int enrollmentPort,
            int channelPort,
            String passphrase)
            throws IOException, InterruptedException, Story.Unexpected {
        ServerPlace place = done(visitor.place(enrollmentPort, channelPort));
        DeviceSetup device = new DeviceSetup(where, label);
        device.send(
                new SetupRequest(
                        HomeRadio.NETWORK,
                        new WifiPassphrase(passphrase),
                        done(account.ticket(label)).ticket(),
                        place));
        if (device.follow(SET_UP_MAX) instanceof SetupResult.Failed failed) {
            throw new Story.Unexpected(failed.sentence());
        }
    }

    /** One of the owner's devices. */
    OwnDevice device(DeviceSerial serial)
            throws IOException, InterruptedException, Story.Unexpected {
        return done(account.devices().withSerial(serial))
                .orElseThrow(() -> new Story.Unexpected("the owner has no " + serial.text()));
    }

    List<DeviceReading> readings(OwnDevice device)
            throws IOException, InterruptedException, Story.Unexpected {
        return done(account.devices().readings(device.id(), /* limit= */ 10));
    }

    /** The update that a device was offered, if any. */
    Optional<OwnUpdate> update(OwnDevice device)
            throws IOException, InterruptedException, Story.Unexpected {
        return done(account.updates().of(device.id()));
    }

    /** Approves what was shown. */
    OwnUpdate approve(OwnUpdate shown) throws IOException, InterruptedException, Story.Unexpected {
        return done(account.updates().approve(shown));
    }

    Ownership ownership() {
        return account.ownership();
    }

    /** What the server gave, or a sentence why it gave nothing. */
    static <T> T done(Outcome<T> outcome) throws Story.Unexpected {
        if (outcome instanceof Outcome.Done<T>(var value)) {
            return value;
        }
        throw new Story.Unexpected("the phone got " + outcome);
    }

    @Override
    public void close() {
        account.close();
        visitor.close();
    }
}
